// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Gives one's own ticket to a colleague.
 */
export type HandOverTicket = { 
/**
 * Which.
 */
ticket_id: string, 
/**
 * To whom.
 */
engineer_id: string, 
/**
 * What they should know.
 */
note: string, };
