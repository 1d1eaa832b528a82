// Written by `./dev generate` from the Rust types. Do not edit.
import type { BoardColumn } from "./BoardColumn";
import type { Crew } from "./Crew";
import type { Region } from "./Region";

/**
 * All tickets by state.
 */
export type Board = { 
/**
 * One column per state, in their order.
 */
columns: Array<BoardColumn>, 
/**
 * Who can be given tickets.
 */
crew: Array<Crew>, 
/**
 * The regions that the person may see.
 */
regions: Array<Region>, };
