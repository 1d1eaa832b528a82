// Written by `./dev generate` from the Rust types. Do not edit.
import type { ReadyLine } from "./ReadyLine";

/**
 * Whether this device is ready to leave.
 */
export type Ready = { 
/**
 * All lines, the ones that are not fine first.
 */
lines: Array<ReadyLine>, };
