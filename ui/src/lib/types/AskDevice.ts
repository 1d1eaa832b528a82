// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * One device with all that belongs to it?
 */
export type AskDevice = { 
/**
 * Which.
 */
id: string, };
