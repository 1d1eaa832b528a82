// Written by `./dev generate` from the Rust types. Do not edit.
import type { Urgency } from "./Urgency";

/**
 * How soon a ticket is to be done.
 */
export type Triage = { 
/**
 * How soon.
 */
urgency: Urgency, 
/**
 * When the visit is planned.
 */
planned_at: number | null, 
/**
 * When it must be done.
 */
due_at: number | null, };
