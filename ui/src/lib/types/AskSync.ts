// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * How do we stand with headquarters?
 */
export type AskSync = Record<symbol, never>;
