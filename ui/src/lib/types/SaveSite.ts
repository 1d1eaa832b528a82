// Written by `./dev generate` from the Rust types. Do not edit.
import type { Site } from "./Site";

/**
 * Creates a site, or replaces the record.
 */
export type SaveSite = { 
/**
 * The whole record.
 */
site: Site, };
