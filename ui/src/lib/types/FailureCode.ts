// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Where a screen branches.
 */
export type FailureCode = "not_here" | "not_understood" | "signed_out" | "wrong_password" | "too_many" | "not_allowed" | "wrong_address" | "invitation_invalid" | "plain" | "unreachable" | "picture_unreadable" | "busy" | "too_large" | "disk_full" | "damaged" | "locked" | "outbox_not_empty" | "internal";
