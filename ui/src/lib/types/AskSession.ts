// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Who is here?
 */
export type AskSession = Record<symbol, never>;
