// Written by `./dev generate` from the Rust types. Do not edit.
import type { TagTarget } from "./TagTarget";

/**
 * A code, printed or bought, that stands for a thing. Its id derives from the code, so a code names one thing.
 */
export type Tag = { 
/**
 * [`tag_id`] of the code.
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
