// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * One ticket with all that belongs to it?
 */
export type AskTicket = { 
/**
 * Which.
 */
id: string, };
