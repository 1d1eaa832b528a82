// Written by `./dev generate` from the Rust types. Do not edit.
import type { Replica } from "./Replica";
import type { ReplicaContact } from "./ReplicaContact";

/**
 * One tablet or computer.
 */
export type ReplicaCard = { 
/**
 * What it is.
 */
replica: Replica, 
/**
 * Whose.
 */
person: string, 
/**
 * The same in English.
 */
person_en: string, 
/**
 * What it said of itself when it was last heard of; none if it never was since headquarters keeps that.
 */
contact: ReplicaContact | null, 
/**
 * How many matters of attention that it raised are open.
 */
attention: number, };
