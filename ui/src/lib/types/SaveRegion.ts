// Written by `./dev generate` from the Rust types. Do not edit.
import type { Region } from "./Region";

/**
 * Creates a region, or replaces its record.
 */
export type SaveRegion = { 
/**
 * The whole record.
 */
region: Region, };
