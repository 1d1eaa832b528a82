// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What is looked at before leaving.
 */
export type ReadyCheck = "sent" | "fresh" | "data" | "parts" | "room" | "attention";
