// Written by `./dev generate` from the Rust types. Do not edit.
import type { SecurityEntry } from "./SecurityEntry";

/**
 * A page of the record of who was let in or shut out, newest first.
 */
export type SecurityActs = { 
/**
 * What one may see of it.
 */
acts: Array<SecurityEntry>, 
/**
 * Where to go on; none at its end.
 */
next: number | null, };
