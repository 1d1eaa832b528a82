// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Asks the dispatcher to look at a matter: it is theirs from now on, and still to be seen by who handed it over.
 */
export type HandOverAttention = { 
/**
 * Which.
 */
attention_id: string, 
/**
 * What the dispatcher should know; may be empty.
 */
note: string, };
