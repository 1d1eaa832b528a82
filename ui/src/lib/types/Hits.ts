// Written by `./dev generate` from the Rust types. Do not edit.
import type { Hit } from "./Hit";

/**
 * What was found, best first.
 */
export type Hits = { 
/**
 * The things.
 */
hits: Array<Hit>, };
