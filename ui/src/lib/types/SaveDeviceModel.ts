// Written by `./dev generate` from the Rust types. Do not edit.
import type { DeviceModel } from "./DeviceModel";

/**
 * Creates a device model, or replaces the record.
 */
export type SaveDeviceModel = { 
/**
 * The whole record.
 */
device_model: DeviceModel, };
