// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Who keeps the key of a new replica. One that has a key goes on with it where it is.
 */
export type KeyPlace = "system" | "file";
