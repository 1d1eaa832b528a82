// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What the labels are printed on.
 */
export type Paper = "a4_24" | "a4_65" | "roll_62";
