// Written by `./dev generate` from the Rust types. Do not edit.
import type { Kind } from "./Kind";

/**
 * Which records of this kind are there?
 */
export type AskList = { 
/**
 * Which kind.
 */
kind: Kind, 
/**
 * Only found by these words.
 */
text: string, 
/**
 * Only those whose field of this name (say `customer_id`) has the value of `value`.
 */
field: string | null, 
/**
 * See `field`.
 */
value: string | null, 
/**
 * Where to go on: [`RecordPage::next`]; none for the beginning.
 */
after: string | null, 
/**
 * How many at most; 0 for 100, 1,000 at most.
 */
limit: number, };
