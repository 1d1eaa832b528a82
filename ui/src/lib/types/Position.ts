// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A position, degrees, WGS 84.
 */
export type Position = { 
/**
 * Degrees north.
 */
latitude: number, 
/**
 * Degrees east.
 */
longitude: number, };
