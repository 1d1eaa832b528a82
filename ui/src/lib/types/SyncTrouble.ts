// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Why the last round did not succeed.
 */
export type SyncTrouble = "unreachable" | "not_headquarters" | "headquarters_failing" | "sign_in_expired" | "revoked" | "disk_full" | "stopped" | "internal";
