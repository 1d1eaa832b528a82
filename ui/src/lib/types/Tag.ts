// Written by `./dev generate` from the Rust types. Do not edit.
import type { TagTarget } from "./TagTarget";

/**
 * A code, printed or bought, that stands for a thing. Its id derives from the code, so a code names one thing.
 */
export type Tag = { 
/**
 * Its name in the database: `derive(6f8fbb0e-6d4a-5c57-9b0a-3f1d7f3c0e01, code)`.
 */
id: string, 
/**
 * What a scanner reads, trimmed.
 */
code: string, 
/**
 * What kind of thing it stands for.
 */
target: TagTarget, 
/**
 * Which one.
 */
target_id: string, };
