// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Is everything on this device that today's visits need?
 */
export type AskReady = Record<symbol, never>;
