// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What an attachment is.
 */
export type Purpose = "photo" | "signature" | "file";
