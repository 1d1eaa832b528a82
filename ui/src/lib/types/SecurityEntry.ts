// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Somebody was let in or shut out, or tried.
 */
export type SecurityEntry = { 
/**
 * Its place in the record.
 */
number: number, 
/**
 * When.
 */
at: number, 
/**
 * Who did it, if it was a person.
 */
actor_id: string | null, 
/**
 * Their name; `machine` for the command line of headquarters, `nobody` for who has not shown who they are.
 */
actor_name: string, 
/**
 * Where they asked from; empty where that is not known.
 */
address: string, 
/**
 * What was done: the word of a [`SecurityKind`], or of one that a newer headquarters knows.
 */
kind: string, 
/**
 * The person whom it is about.
 */
about_user_id: string | null, 
/**
 * Their name; empty if there is none.
 */
about_name: string, 
/**
 * The device that it is about.
 */
about_replica_id: string | null, 
/**
 * What else there is to say.
 */
detail: string, };
