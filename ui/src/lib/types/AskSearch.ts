// Written by `./dev generate` from the Rust types. Do not edit.
import type { Kind } from "./Kind";

/**
 * What is found by these words?
 */
export type AskSearch = { 
/**
 * Words, in Chinese, English or both; one character suffices.
 */
text: string, 
/**
 * Only of these kinds; empty for all that are searched.
 */
kinds: Array<Kind>, 
/**
 * How many at most; 0 for 20.
 */
limit: number, };
