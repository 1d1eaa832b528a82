// Written by `./dev generate` from the Rust types. Do not edit.
import type { Site } from "./Site";

/**
 * Creates a site, or changes it.
 */
export type SaveSite = { 
/**
 * As it is to be.
 */
site: Site, 
/**
 * As the person saw it; none for a new one. What is the same in both stays as it is by then.
 */
from: Site | null, };
