// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What a step asks for.
 */
export type DemandKind = "reading" | "photo" | "part" | "note" | "signature" | "confirm";
