// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Closes a matter.
 */
export type ResolveAttention = { 
/**
 * Which.
 */
attention_id: string, 
/**
 * What was decided, in the person's words.
 */
resolution: string, };
