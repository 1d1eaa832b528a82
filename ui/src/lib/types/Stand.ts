// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * How far somebody had come: what they knew, and what they had done.
 */
export type Stand = { 
/**
 * The newest commit of headquarters that they had been told of.
 */
revision: number, 
/**
 * The place of the last command that was given on that replica; 0 at headquarters.
 */
seq: number, };
