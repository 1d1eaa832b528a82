// Written by `./dev generate` from the Rust types. Do not edit.
import type { Device } from "./Device";

/**
 * Creates a device, or replaces the record.
 */
export type SaveDevice = { 
/**
 * The whole record.
 */
device: Device, };
