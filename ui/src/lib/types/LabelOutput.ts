// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What kind of file to make.
 */
export type LabelOutput = "pdf" | "png" | "svg" | "zpl" | "zpl_300";
