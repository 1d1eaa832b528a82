// Written by `./dev generate` from the Rust types. Do not edit.
import type { WrittenAct } from "./WrittenAct";

/**
 * Everything that has not reached headquarters.
 */
export type Outbox = { 
/**
 * The commands as they were written, oldest first.
 */
acts: Array<WrittenAct>, 
/**
 * By which headquarters knows the device that wrote this; none if that could not be read any more.
 */
certificate: { text: string, signature: string } | null, 
/**
 * See [`outpost_sync::identity::outbox_words`]; empty without a certificate.
 */
signature: string, };
