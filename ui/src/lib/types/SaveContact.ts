// Written by `./dev generate` from the Rust types. Do not edit.
import type { Contact } from "./Contact";

/**
 * Creates a contact, or changes it.
 */
export type SaveContact = { 
/**
 * As it is to be.
 */
contact: Contact, 
/**
 * As the person saw it; none for a new one. What is the same in both stays as it is by then.
 */
from: Contact | null, };
