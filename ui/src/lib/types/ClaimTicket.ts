// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Asks for an unassigned ticket.
 */
export type ClaimTicket = { 
/**
 * Which.
 */
ticket_id: string, };
