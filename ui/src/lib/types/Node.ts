// Written by `./dev generate` from the Rust types. Do not edit.
import type { Demand } from "./Demand";

/**
 * One step of the way.
 */
export type Node = { 
/**
 * Its name within the workflow.
 */
key: string, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English.
 */
name_en: string, 
/**
 * What it asks for, in order.
 */
demands: Array<Demand>, 
/**
 * Keys of the roles that may do it; empty for whoever works the ticket.
 */
role_keys: Array<string>, 
/**
 * How long it should take at most.
 */
limit_minutes: number | null, };
