// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What a ticket is for.
 */
export type TicketKind = "repair" | "installation" | "maintenance";
