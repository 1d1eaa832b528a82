// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * How a customer is served.
 */
export type Tier = "standard" | "member" | "vip";
