// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Writes something into the timeline.
 */
export type AddNote = { 
/**
 * Of which ticket.
 */
ticket_id: string, 
/**
 * What.
 */
text: string, };
