// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * How soon.
 */
export type Urgency = "low" | "normal" | "high" | "urgent";
