// Written by `./dev generate` from the Rust types. Do not edit.
import type { Purpose } from "./Purpose";

/**
 * A file that belongs to a ticket; its bytes travel in their own lane.
 */
export type Attachment = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * Whose.
 */
ticket_id: string, 
/**
 * Of which step.
 */
step_id: string | null, 
/**
 * For which demand; empty if for none.
 */
demand: string, 
/**
 * What it is.
 */
purpose: Purpose, 
/**
 * SHA-256 of the bytes, 64 hexadecimal digits.
 */
sha256: string, 
/**
 * SHA-256 of its thumbnail, a file of its own; empty if it has none, as signatures and small pictures.
 */
thumbnail_sha256: string, 
/**
 * Media type.
 */
media_type: string, 
/**
 * Size of the file.
 */
size_bytes: number, 
/**
 * Of a picture, in pixels; 0 otherwise.
 */
width: number, 
/**
 * Of a picture, in pixels; 0 otherwise.
 */
height: number, 
/**
 * When a photo was taken, by the camera's clock.
 */
taken_at: number | null, 
/**
 * Where a photo was taken, degrees north, WGS 84.
 */
latitude: number | null, 
/**
 * Where a photo was taken, degrees east, WGS 84.
 */
longitude: number | null, 
/**
 * Caption, or who signed.
 */
name: string, 
/**
 * Who made it.
 */
actor_id: string, 
/**
 * When.
 */
made_at: number, };
