// Written by `./dev generate` from the Rust types. Do not edit.
import type { StockLocationKind } from "./StockLocationKind";

/**
 * A place where parts are.
 */
export type StockLocation = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * What kind of place.
 */
location_kind: StockLocationKind, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English; may be empty.
 */
name_en: string, 
/**
 * The region whose people see it.
 */
region_id: string, 
/**
 * The place that it is in.
 */
parent_id: string | null, 
/**
 * Degrees north, WGS 84.
 */
latitude: number | null, 
/**
 * Degrees east, WGS 84.
 */
longitude: number | null, };
