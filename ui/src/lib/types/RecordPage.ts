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
 * How many there are in all.
 */
total: number, };
