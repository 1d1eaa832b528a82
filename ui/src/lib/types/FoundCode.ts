// Written by `./dev generate` from the Rust types. Do not edit.
import type { CodeFormat } from "./CodeFormat";

/**
 * One code in a picture.
 */
export type FoundCode = { 
/**
 * What kind of code it is.
 */
format: CodeFormat, 
/**
 * What it says. Payloads that are no text are shown as well as can be; `bytes_base64` has them whole.
 */
text: string, 
/**
 * The same fit to be seen: short, on one line, without what turns the direction of writing.
 */
shown: string, 
/**
 * The payload, base64.
 */
bytes_base64: string, 
/**
 * Whether the code itself says that it follows GS1, as opposed to a text that merely looks so.
 */
is_gs1: boolean, 
/**
 * Where it is, in pixels of the upright picture, clockwise. A square code begins with
 * its own upper left corner, bars with where they are read from.
 */
corners: [[number, number], [number, number], [number, number], [number, number]], 
/**
 * Which stage found it.
 */
stage: string, };
