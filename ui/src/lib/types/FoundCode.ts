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
 * The payload, base64. For other codes than QR it is the text in UTF-8.
 */
bytes_base64: string, 
/**
 * Where it is, in pixels of the upright picture, clockwise. A QR code begins with its own upper left corner; bars
 * are given as the line that was read, there and back.
 */
corners: [[number, number], [number, number], [number, number], [number, number]], 
/**
 * Which stage found it.
 */
stage: string, };
