// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * One command that waits to be sent.
 */
export type PendingView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it is called.
 */
name: string, 
/**
 * When it was given.
 */
occurred_at: number, 
/**
 * Whether headquarters has it already and only the answer's data is on its way.
 */
received: boolean, };
