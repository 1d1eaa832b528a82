// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Leaves a step for a while.
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
