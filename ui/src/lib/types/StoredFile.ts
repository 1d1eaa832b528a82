// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A file that this machine now holds, as `AttachFile` wants it.
 */
export type StoredFile = { 
/**
 * SHA-256 of the bytes as stored, 64 hexadecimal digits.
 */
sha256: string, 
/**
 * SHA-256 of its thumbnail, which this machine holds as well; empty if it has none.
 */
thumbnail_sha256: string, 
/**
 * Media type as stored.
 */
media_type: string, 
/**
 * Size as stored.
 */
size_bytes: number, 
/**
 * In pixels; 0 if it is no picture.
 */
width: number, 
/**
 * In pixels; 0 if it is no picture.
 */
height: number, 
/**
 * When it was taken, by the camera's clock; none if the picture does not say.
 */
taken_at: number | null, 
/**
 * Where it was taken, degrees north, WGS 84.
 */
latitude: number | null, 
/**
 * Where it was taken, degrees east, WGS 84.
 */
longitude: number | null, };
