// Written by `./dev generate` from the Rust types. Do not edit.
import type { CodeFormat } from "./CodeFormat";

/**
 * What does this code mean?
 */
export type AskCode = { 
/**
 * What a scanner read.
 */
code: string, 
/**
 * What kind of code it was, if that is known.
 */
format?: CodeFormat, 
/**
 * Whether the code itself said that it follows GS1, if that is known.
 */
is_gs1?: boolean, };
