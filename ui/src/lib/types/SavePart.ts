// Written by `./dev generate` from the Rust types. Do not edit.
import type { Part } from "./Part";

/**
 * Creates a part, or changes it.
 */
export type SavePart = { 
/**
 * As it is to be.
 */
part: Part, 
/**
 * As the person saw it; none for a new one. What is the same in both stays as it is by then.
 */
from: Part | null, };
