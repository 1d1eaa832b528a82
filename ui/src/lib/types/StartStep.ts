// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Begins a step, or takes it up again after a pause.
 */
export type StartStep = { 
/**
 * Which.
 */
step_id: string, };
