// Written by `./dev generate` from the Rust types. Do not edit.
import type { DeviceModel } from "./DeviceModel";

/**
 * Creates a device model, or changes it.
 */
export type SaveDeviceModel = { 
/**
 * As it is to be.
 */
device_model: DeviceModel, 
/**
 * As the person saw it; none for a new one. What is the same in both stays as it is by then.
 */
from: DeviceModel | null, };
