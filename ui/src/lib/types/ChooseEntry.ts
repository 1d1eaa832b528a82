// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Says which of several entries for one demand holds. The others stay beside it.
 */
export type ChooseEntry = { 
/**
 * Of which step.
 */
step_id: string, 
/**
 * For which demand.
 */
demand: string, 
/**
 * Whose entry.
 */
actor_id: string, 
/**
 * Its value.
 */
value: string, };
