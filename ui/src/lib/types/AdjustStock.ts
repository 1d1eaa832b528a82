// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Puts the ledger right by a difference: what was booked by mistake, broken, or found.
 */
export type AdjustStock = { 
/**
 * Which part.
 */
part_id: string, 
/**
 * Where.
 */
location_id: string, 
/**
 * What is there minus what is booked; not zero.
 */
difference: string, 
/**
 * Why.
 */
reason: string, };
