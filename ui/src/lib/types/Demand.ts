// Written by `./dev generate` from the Rust types. Do not edit.
import type { DemandKind } from "./DemandKind";

/**
 * One thing that a step asks for before it is complete.
 */
export type Demand = { 
/**
 * Its name within the node.
 */
key: string, 
/**
 * What it asks for.
 */
kind: DemandKind, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English.
 */
name_en: string, 
/**
 * Of a reading; empty otherwise.
 */
unit: string, 
/**
 * The least plausible reading.
 */
minimum: string | null, 
/**
 * The greatest plausible reading.
 */
maximum: string | null, 
/**
 * How many are needed; 0 makes it optional.
 */
count: number, };
