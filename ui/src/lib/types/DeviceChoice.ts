// Written by `./dev generate` from the Rust types. Do not edit.
import type { Device } from "./Device";
import type { Site } from "./Site";

/**
 * One of several devices that a code may mean.
 */
export type DeviceChoice = { 
/**
 * The device.
 */
device: Device, 
/**
 * Where it stands.
 */
site: Site | null, };
