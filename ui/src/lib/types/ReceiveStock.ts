// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Takes parts in.
 */
export type ReceiveStock = { 
/**
 * Which part.
 */
part_id: string, 
/**
 * How many; greater than zero.
 */
quantity: string, 
/**
 * Into which place.
 */
to_id: string, 
/**
 * Delivery note, or anything else.
 */
note: string, };
