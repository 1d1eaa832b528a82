// Written by `./dev generate` from the Rust types. Do not edit.
import type { AttentionCard } from "./AttentionCard";

/**
 * What needs a person, newest first.
 */
export type AttentionList = { 
/**
 * The matters.
 */
cards: Array<AttentionCard>, 
/**
 * How many there are.
 */
total: number, };
