// Written by `./dev generate` from the Rust types. Do not edit.
import type { AnyRecord } from "./AnyRecord";

/**
 * A page of records.
 */
export type RecordPage = { 
/**
 * The records.
 */
records: Array<AnyRecord>, 
/**
 * How many there are in all. Of those that were looked for by words or a field, up to 1,000: one more than that means that
 * there are more.
 */
total: number, 
/**
 * Where to go on; none at the end.
 */
next: string | null, };
