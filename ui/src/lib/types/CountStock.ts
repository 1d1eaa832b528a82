// Written by `./dev generate` from the Rust types. Do not edit.
import type { Stand } from "./Stand";

/**
 * Says how many there were when somebody counted. What happened before that moment and arrives later is in the count
 * already; what happens after it adds up.
 */
export type CountStock = { 
/**
 * Which part.
 */
part_id: string, 
/**
 * Where.
 */
location_id: string, 
/**
 * How many; zero or more.
 */
counted: string, 
/**
 * When they were counted, which may be a while before it was confirmed.
 */
counted_at: number, 
/**
 * After what they were counted, which no clock can make untrue; none where that was not noted.
 */
after: Stand | null, 
/**
 * Anything else.
 */
note: string, };
