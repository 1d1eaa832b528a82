// Written by `./dev generate` from the Rust types. Do not edit.
import type { FailureCode } from "./FailureCode";

/**
 * Why something could not be done at all.
 */
export type Failure = { 
/**
 * Where a screen branches.
 */
code: FailureCode, 
/**
 * For the technically minded, in English.
 */
detail: string, };
