// Written by `./dev generate` from the Rust types. Do not edit.
import type { Job } from "./Job";

/**
 * What headquarters is going to do by itself.
 */
export type Jobs = { 
/**
 * How many timers are set.
 */
set: number, 
/**
 * How many of them are due by now.
 */
due: number, 
/**
 * How many of them failed the last time.
 */
failing: number, 
/**
 * Those that are due next.
 */
next: Array<Job>, };
