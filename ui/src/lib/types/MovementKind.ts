// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Why parts moved.
 */
export type MovementKind = "receive" | "issue" | "transfer" | "use" | "return" | "adjust";
