// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Which tablets and computers are there, and how do they fare? Only headquarters knows.
 */
export type AskReplicas = { 
/**
 * Only this one.
 */
id: string | null, 
/**
 * Only those of this person.
 */
user_id: string | null, 
/**
 * First row.
 */
offset: number, 
/**
 * How many at most; 0 for 100, 1,000 at most.
 */
limit: number, };
