// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Gives parts out.
 */
export type IssueStock = { 
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
 * To whom, what for.
 */
note: string, };
