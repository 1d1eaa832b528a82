// Written by `./dev generate` from the Rust types. Do not edit.
import type { FoundCode } from "./FoundCode";

/**
 * What a picture says.
 */
export type Reading = { 
/**
 * All codes found; none is a fair answer.
 */
codes: Array<FoundCode>, 
/**
 * How long it took.
 */
millis: number, };
