// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Why it needs a person.
 */
export type Cause = "refused" | "held" | "discrepancy" | "quarantined" | "reminder";
