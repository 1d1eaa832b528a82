// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * One part with all that belongs to it?
 */
export type AskPart = { 
/**
 * Which.
 */
id: string, 
/**
 * How many movements at most; 0 for 100.
 */
movements: number, };
