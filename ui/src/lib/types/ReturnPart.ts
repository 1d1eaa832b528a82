// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Puts a part that was taken for a ticket back.
 */
export type ReturnPart = { 
/**
 * The movement that used it.
 */
movement_id: string, 
/**
 * How many; greater than zero.
 */
quantity: string, 
/**
 * Into which place.
 */
to_id: string, };
