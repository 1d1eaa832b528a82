// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Where a ticket stands.
 */
export type TicketState = "open" | "assigned" | "active" | "paused" | "done" | "cancelled";
