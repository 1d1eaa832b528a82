// Written by `./dev generate` from the Rust types. Do not edit.
import type { User } from "./User";

/**
 * Creates a person, or changes their record.
 */
export type SaveUser = { 
/**
 * As it is to be.
 */
user: User, 
/**
 * As the person saw it; none for a new one. What is the same in both stays as it is by then.
 */
from: User | null, };
