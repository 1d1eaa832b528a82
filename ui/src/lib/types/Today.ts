// Written by `./dev generate` from the Rust types. Do not edit.
import type { TicketCard } from "./TicketCard";

/**
 * One person's work, in the order in which to do it: what is being worked on, then by plan, urgency and limit, and last
 * what is paused.
 */
export type Today = { 
/**
 * My tickets that are not closed.
 */
mine: Array<TicketCard>, 
/**
 * Nobody's tickets in my region, at most 50.
 */
unassigned: Array<TicketCard>, 
/**
 * My tickets that were closed since midnight, local time of the device.
 */
done_today: Array<TicketCard>, 
/**
 * How many things are missing before leaving.
 */
missing: number, };
