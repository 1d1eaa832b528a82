// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What kind of place.
 */
export type StockLocationKind = "warehouse" | "van" | "bin" | "project";
