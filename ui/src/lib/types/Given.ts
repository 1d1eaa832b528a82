// Written by `./dev generate` from the Rust types. Do not edit.
import type { Refusal } from "./Refusal";

/**
 * What became of a command that was given here.
 */
export type Given = { "status": "saved", 
/**
 * The command's id; also the id of the ticket that it opened.
 */
id: string, 
/**
 * It rests on data that is not on this device; headquarters will tell.
 */
provisional: boolean, 
/**
 * What does not fit, although it was taken.
 */
discrepancies: Array<Refusal>, } | { "status": "refused", 
/**
 * Why.
 */
refusal: Refusal, };
