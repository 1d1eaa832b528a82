// Written by `./dev generate` from the Rust types. Do not edit.
import type { Region } from "./Region";

/**
 * Creates a region, or changes it.
 */
export type SaveRegion = { 
/**
 * As it is to be.
 */
region: Region, 
/**
 * As the person saw it; none for a new one. What is the same in both stays as it is by then.
 */
from: Region | null, };
