// Written by `./dev generate` from the Rust types. Do not edit.
import type { Position } from "./Position";

/**
 * What is mine, in order?
 */
export type AskToday = { 
/**
 * Where the device is, for distances.
 */
position: Position | null, };
