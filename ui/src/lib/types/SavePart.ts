// Written by `./dev generate` from the Rust types. Do not edit.
import type { Part } from "./Part";

/**
 * Creates a part, or replaces its record.
 */
export type SavePart = { 
/**
 * The whole record.
 */
part: Part, };
