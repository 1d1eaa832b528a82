// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Stops working on a step for now.
 */
export type PauseStep = { 
/**
 * Which.
 */
step_id: string, 
/**
 * Why.
 */
reason: string, };
