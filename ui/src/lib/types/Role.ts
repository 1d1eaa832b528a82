// Written by `./dev generate` from the Rust types. Do not edit.
import type { Right } from "./Right";

/**
 * A set of rights with a name.
 */
export type Role = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * One of engineer, clerk, dispatcher, manager, finance, admin, or a company's own.
 */
key: string, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English.
 */
name_en: string, 
/**
 * What it may do, ordered.
 */
rights: Array<Right>, };
