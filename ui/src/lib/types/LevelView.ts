// Written by `./dev generate` from the Rust types. Do not edit.
import type { StockLocation } from "./StockLocation";

/**
 * How many of a part are in one place.
 */
export type LevelView = { 
/**
 * Where.
 */
location: StockLocation, 
/**
 * How many.
 */
quantity: string, 
/**
 * When it last changed.
 */
changed_at: number, 
/**
 * When this machine last heard of it: how old the knowledge is. None at headquarters.
 */
known_at: number | null, 
/**
 * Whether it is the asking person's van.
 */
own_van: boolean, };
