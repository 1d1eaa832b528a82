// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Where devices stand and work happens.
 */
export type Site = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * Whose.
 */
customer_id: string, 
/**
 * The region it lies in.
 */
region_id: string, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English; may be empty.
 */
name_en: string, 
/**
 * Postal address.
 */
address: string, 
/**
 * Degrees north, WGS 84.
 */
latitude: number | null, 
/**
 * Degrees east, WGS 84.
 */
longitude: number | null, };
