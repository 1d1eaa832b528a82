// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A node of the tree that isolates data.
 */
export type Region = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * Name in Chinese, or in the company's own language.
 */
name: string, 
/**
 * Name in English; may be empty.
 */
name_en: string, 
/**
 * The region above; none for the root.
 */
parent_id: string | null, };
