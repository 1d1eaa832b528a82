// Written by `./dev generate` from the Rust types. Do not edit.
import type { Part } from "./Part";

/**
 * One part with how many there are.
 */
export type StockRow = { 
/**
 * The part.
 */
part: Part, 
/**
 * In the asked place, or in all.
 */
quantity: string, 
/**
 * In the asking person's van.
 */
in_van: string, 
/**
 * In how many places there are some.
 */
places: number, 
/**
 * Whether the asked quantity is below the minimum.
 */
below_minimum: boolean, };
