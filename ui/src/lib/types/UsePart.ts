// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Uses a part for a ticket.
 */
export type UsePart = { 
/**
 * For which ticket.
 */
ticket_id: string, 
/**
 * In which step.
 */
step_id: string | null, 
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
from_id: string, };
