// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * One installation's copy of its part of the data.
 */
export type Replica = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * What its person calls it.
 */
name: string, 
/**
 * What the ticket numbers given on it begin with.
 */
prefix: string, 
/**
 * Whose it is.
 */
user_id: string, 
/**
 * When it was enrolled.
 */
enrolled_at: number, 
/**
 * A lost device: its pushes are quarantined, its pulls refused.
 */
revoked: boolean, 
/**
 * The replica that this one is a copy of; commands given before it was copied bear that one's name.
 */
forked_from_id: string | null, };
