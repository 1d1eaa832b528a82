// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * How many of each part are there?
 */
export type AskStock = { 
/**
 * Only in this place; otherwise in all that the person may see.
 */
location_id: string | null, 
/**
 * Only parts found by these words.
 */
text: string, 
/**
 * Only parts below their minimum.
 */
below_minimum: boolean, 
/**
 * Only parts of which there are some.
 */
in_stock: boolean, 
/**
 * First row.
 */
offset: number, 
/**
 * How many rows at most; 0 for 100.
 */
limit: number, };
