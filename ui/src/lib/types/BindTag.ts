// Written by `./dev generate` from the Rust types. Do not edit.
import type { TagTarget } from "./TagTarget";

/**
 * Lets a code stand for a thing.
 */
export type BindTag = { 
/**
 * What a scanner reads.
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
