// Written by `./dev generate` from the Rust types. Do not edit.
import type { Contact } from "./Contact";

/**
 * Creates a contact, or replaces the record.
 */
export type SaveContact = { 
/**
 * The whole record.
 */
contact: Contact, };
