// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Enters a reading, a note or a tick for a demand.
 */
export type RecordEntry = { 
/**
 * Of which step.
 */
step_id: string, 
/**
 * For which demand.
 */
demand: string, 
/**
 * What stood there when the person entered it; empty if nothing did.
 */
from: string, 
/**
 * The number or the text.
 */
value: string, };
