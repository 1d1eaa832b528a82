// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Lets a command that was quarantined be done, as whoever gave it meant it.
 */
export type ReleaseCommand = { 
/**
 * The matter that tells of it.
 */
attention_id: string, 
/**
 * Why, in the person's words; may be empty.
 */
note: string, };
