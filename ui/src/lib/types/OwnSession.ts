// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A browser in which one is signed in.
 */
export type OwnSession = { 
/**
 * Names it, and is of no use to come in.
 */
id: string, 
/**
 * When it was begun.
 */
issued_at: number, 
/**
 * When it was used last, to the hour.
 */
used_at: number, 
/**
 * Until when it works.
 */
ends_at: number, 
/**
 * Where it was begun from.
 */
address: string, 
/**
 * Whether it is the one that asks.
 */
here: boolean, };
