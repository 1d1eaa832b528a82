// Written by `./dev generate` from the Rust types. Do not edit.
import type { Tier } from "./Tier";

/**
 * Who is served.
 */
export type Customer = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English; may be empty.
 */
name_en: string, 
/**
 * How they are served.
 */
tier: Tier, 
/**
 * The region that looks after them.
 */
region_id: string, 
/**
 * Anything else.
 */
note: string, };
