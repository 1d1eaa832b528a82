// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What needs me?
 */
export type AskAttention = { 
/**
 * Also what was looked at already.
 */
resolved: boolean, };
