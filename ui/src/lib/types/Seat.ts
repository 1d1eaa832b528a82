// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Where a screen runs.
 */
export type Seat = "field" | "console" | "unenrolled" | "signed_out" | "damaged";
