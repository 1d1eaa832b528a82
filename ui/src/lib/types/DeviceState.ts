// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Whether a device is being used.
 */
export type DeviceState = "in_service" | "stopped" | "retired";
