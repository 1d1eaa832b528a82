// Written by `./dev generate` from the Rust types. Do not edit.
import type { ReplicaCard } from "./ReplicaCard";

/**
 * A page of tablets and computers, by name.
 */
export type ReplicaPage = { 
/**
 * They.
 */
replicas: Array<ReplicaCard>, 
/**
 * How many there are in all.
 */
total: number, };
