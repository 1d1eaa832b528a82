// Written by `./dev generate` from the Rust types. Do not edit.
import type { TicketCard } from "./TicketCard";
import type { TicketState } from "./TicketState";

/**
 * Tickets in one state.
 */
export type BoardColumn = { 
/**
 * The state.
 */
state: TicketState, 
/**
 * How many there are, counted up to 300 or as many as were asked for: one more than that means that there are more.
 */
total: number, 
/**
 * The first of them.
 */
cards: Array<TicketCard>, };
