// Written by `./dev generate` from the Rust types. Do not edit.
import type { KeyPlace } from "./KeyPlace";

/**
 * What this program is, and where its data lies.
 */
export type Installation = { 
/**
 * Its version.
 */
version: string, 
/**
 * Where its data lies.
 */
folder: string, 
/**
 * What the database says of its own soundness: empty when it is sound.
 */
damage: string, 
/**
 * Where the key lies that the data is encrypted with.
 */
key: KeyPlace, 
/**
 * Whether what it sends to headquarters could be read and changed on the way, because its person wanted that.
 */
plain: boolean, };
