// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * The one word on the chip.
 */
export type SyncState = "settled" | "filling" | "waiting" | "offline" | "needs_you" | "headquarters";
