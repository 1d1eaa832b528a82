// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A day, or a whole month where the code names no day. Written `2027-05-31` or `2027-05`.
 */
export type Gs1Date = string;
