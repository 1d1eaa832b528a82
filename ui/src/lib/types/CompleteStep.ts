// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Says that a step is done.
 */
export type CompleteStep = { 
/**
 * Which.
 */
step_id: string, };
