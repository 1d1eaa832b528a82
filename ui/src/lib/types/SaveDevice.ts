// Written by `./dev generate` from the Rust types. Do not edit.
import type { Device } from "./Device";

/**
 * Creates a device, or changes it.
 */
export type SaveDevice = { 
/**
 * As it is to be.
 */
device: Device, 
/**
 * As the person saw it; none for a new one. What is the same in both stays as it is by then.
 */
from: Device | null, 
/**
 * The person was told that a device of this maker with this number is known, and says that this is another.
 */
although_known: boolean, };
