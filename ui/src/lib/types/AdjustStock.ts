// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Puts the ledger right where a count was different. It carries the difference and not the count,
 * so that uses which arrive later still add up.
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
 * Counted minus known; not zero.
 */
difference: string, 
/**
 * Why.
 */
reason: string, };
