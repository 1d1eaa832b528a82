// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What a tag can name.
 */
export type TagTarget = "device" | "part" | "stock_location";
