// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Where a step stands.
 */
export type StepState = "waiting" | "active" | "paused" | "done";
