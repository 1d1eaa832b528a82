// Written by `./dev generate` from the Rust types. Do not edit.
import type { User } from "./User";

/**
 * A person who can be given tickets.
 */
export type Crew = { 
/**
 * Who.
 */
user: User, 
/**
 * How many tickets they have that are not closed, in the regions that the asking person sees.
 */
load: number, };
