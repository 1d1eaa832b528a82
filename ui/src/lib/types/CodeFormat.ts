// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A kind of code.
 */
export type CodeFormat = "qr_code" | "micro_qr_code" | "data_matrix" | "pdf_417" | "code_128" | "code_39" | "code_93" | "codabar" | "ean_13" | "upc_a" | "itf" | "ean_8" | "upc_e";
