// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * How many of a part are in a place: the sum of its movements.
 */
export type StockLevel = { 
/**
 * Its name in the database: `derive(location_id, part_id as text)`.
 */
id: string, 
/**
 * Of what.
 */
part_id: string, 
/**
 * Where.
 */
location_id: string, 
/**
 * How many; below zero if more was used than was known to be there.
 */
quantity: string, 
/**
 * When it last changed.
 */
changed_at: number, 
/**
 * When somebody last counted; what happened before that and arrives later changes nothing here.
 */
counted_at: number | null, };
