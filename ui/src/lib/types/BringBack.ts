// Written by `./dev generate` from the Rust types. Do not edit.
import type { Lost } from "./Lost";

/**
 * Brings back what headquarters lost with a restore, as a device still had it. What headquarters has after all stays as it is. A
 * ticket is opened again instead.
 */
export type BringBack = { 
/**
 * What.
 */
lost: Lost, };
