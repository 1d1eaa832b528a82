// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What was done, where somebody was let in or shut out, or tried.
 */
export type SecurityKind = "founded" | "invited" | "enrolled" | "forked" | "returned" | "revoked" | "found" | "password_set" | "password_changed" | "signed_in" | "sign_in_failed" | "signed_out_everywhere" | "session_ended" | "epoch_begun" | "label_key_rotated" | "repaired" | "imported";
