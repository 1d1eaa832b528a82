// Written by `./dev generate` from the Rust types. Do not edit.
import type { WrittenAct } from "./WrittenAct";

/**
 * Everything that has not reached headquarters.
 */
export type Outbox = { 
/**
 * The commands as they were written, oldest first.
 */
acts: Array<WrittenAct>, };
