// Written by `./dev generate` from the Rust types. Do not edit.
import type { ReadyCheck } from "./ReadyCheck";

/**
 * One line of the answer.
 */
export type ReadyLine = { 
/**
 * What was looked at.
 */
check: ReadyCheck, 
/**
 * Whether it is as it should be.
 */
fine: boolean, 
/**
 * What stands in the sentence; see [`ReadyCheck`]. Of missing data, the kinds of the records.
 */
value: string, 
/**
 * The same in English.
 */
value_en: string, 
/**
 * The ticket it is about, if one.
 */
ticket_id: string | null, 
/**
 * That ticket's number.
 */
ticket_number: string | null, };
