// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Moves parts from one place to another.
 */
export type TransferStock = { 
/**
 * Which part.
 */
part_id: string, 
/**
 * How many; greater than zero.
 */
quantity: string, 
/**
 * From which place.
 */
from_id: string, 
/**
 * Into which place.
 */
to_id: string, 
/**
 * Anything else.
 */
note: string, };
