// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A person who works with Outpost.
 */
export type User = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * What they sign in with. It stays at headquarters: in every image it is empty, and a command that leaves it so does not
 * touch it.
 */
login: string, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in Latin letters; may be empty.
 */
name_en: string, 
/**
 * Telephone number; may be empty.
 */
phone: string, 
/**
 * The role that gives the rights.
 */
role_id: string, 
/**
 * The region that they work in.
 */
region_id: string, 
/**
 * The stock location that is their van.
 */
van_id: string | null, 
/**
 * Someone who left stays in the history but can no longer act.
 */
active: boolean, };
