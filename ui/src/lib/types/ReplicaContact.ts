// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What a tablet or computer said of itself.
 */
export type ReplicaContact = { 
/**
 * The version of the program that it ran.
 */
version: string, 
/**
 * When.
 */
heard_at: number, 
/**
 * How many commands it still held.
 */
waiting: number, 
/**
 * How many photos and signatures it still held.
 */
files_waiting: number, 
/**
 * How far its clock was ahead of headquarters, the way of the request included.
 */
clock_ahead_millis: number, };
