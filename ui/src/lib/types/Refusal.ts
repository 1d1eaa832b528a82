// Written by `./dev generate` from the Rust types. Do not edit.
import type { Code } from "./Code";

/**
 * Why something was not done; or, for a fact, what does not fit.
 */
export type Refusal = { 
/**
 * What does not fit.
 */
code: Code, 
/**
 * The values of the sentence.
 */
details: { [key in string]: string }, };
