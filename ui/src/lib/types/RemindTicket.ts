// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Reminds of a ticket that nobody has taken, or ends that once somebody has. Only headquarters gives it.
 */
export type RemindTicket = { 
/**
 * Which.
 */
ticket_id: string, };
