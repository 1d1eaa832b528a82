// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A timer that is set.
 */
export type Job = { 
/**
 * For what is waited: one of `Timer` in `crates/domain/src/react.rs`.
 */
timer: string, 
/**
 * The record that it is about.
 */
subject_id: string, 
/**
 * The number of the ticket that this is, if it is one.
 */
ticket: string | null, 
/**
 * When it is due.
 */
due_at: number, 
/**
 * How often it failed.
 */
attempts: number, 
/**
 * What went wrong the last time; empty if nothing did.
 */
error: string, };
