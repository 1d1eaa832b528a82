// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * The kinds of records; as a string it is the table's name.
 */
export type Kind = "region" | "role" | "user" | "customer" | "contact" | "site" | "device_model" | "device" | "tag" | "workflow" | "ticket" | "step" | "event" | "attachment" | "part" | "stock_location" | "stock_movement" | "stock_level" | "attention" | "replica";
