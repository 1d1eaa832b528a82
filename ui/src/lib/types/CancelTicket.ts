// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Ends a ticket without doing it.
 */
export type CancelTicket = { 
/**
 * Which.
 */
ticket_id: string, 
/**
 * Why.
 */
reason: string, };
