// Written by `./dev generate` from the Rust types. Do not edit.
import type { Act } from "./Act";

/**
 * Everything that has not reached headquarters.
 */
export type Outbox = { 
/**
 * The commands, oldest first.
 */
acts: Array<Act>, };
