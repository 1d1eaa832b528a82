// Written by `./dev generate` from the Rust types. Do not edit.
import type { User } from "./User";

/**
 * Creates a person, or replaces their record.
 */
export type SaveUser = { 
/**
 * The whole record.
 */
user: User, };
