// Written by `./dev generate` from the Rust types. Do not edit.
import type { TicketKind } from "./TicketKind";
import type { Urgency } from "./Urgency";

/**
 * Which tickets are there?
 */
export type AskBoard = { 
/**
 * Only found by these words.
 */
text: string, 
/**
 * Only of this region.
 */
region_id: string | null, 
/**
 * Only this person's.
 */
engineer_id: string | null, 
/**
 * Only of this kind.
 */
ticket_kind: TicketKind | null, 
/**
 * Only this soon.
 */
urgency: Urgency | null, 
/**
 * How many per column at most; 0 for 100.
 */
limit: number, };
