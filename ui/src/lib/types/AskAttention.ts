// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What needs me?
 */
export type AskAttention = { 
/**
 * Also what was looked at already.
 */
resolved: boolean, 
/**
 * How many of them, the newest; 100 if nothing is said, 5000 at most.
 */
limit?: number, };
