// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What someone entered for a demand. A later entry for the same demand replaces an earlier one on the screen;
 * photos and parts add up.
 */
export type Entry = { 
/**
 * The demand's key.
 */
key: string, 
/**
 * A number, a text, or the id of an attachment or a stock movement.
 */
value: string, 
/**
 * Who.
 */
actor_id: string, 
/**
 * When.
 */
entered_at: number, 
/**
 * Left out where false. Somebody else's entry holds for this demand; this one is shown beside it, until a person chooses.
 */
beside?: boolean, };
