// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What does this code mean?
 */
export type AskCode = { 
/**
 * What a scanner read.
 */
code: string, };
