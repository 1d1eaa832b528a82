// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A command as it was written, with the version of its payload: what leaves a device by hand.
 */
export type WrittenAct = { 
/**
 * The version of its payload.
 */
version: number, 
/**
 * The [`Act`] as JSON, byte for byte as it was written.
 */
act: string, };
