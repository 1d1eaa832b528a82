// Written by `./dev generate` from the Rust types. Do not edit.
import type { Node } from "./Node";
import type { TicketKind } from "./TicketKind";

/**
 * One version of a definition.
 */
export type Workflow = { 
/**
 * Its name in the database; another version has another.
 */
id: string, 
/**
 * What all versions have in common.
 */
key: string, 
/**
 * Counts from 1.
 */
version: number, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English.
 */
name_en: string, 
/**
 * What its tickets are for.
 */
ticket_kind: TicketKind, 
/**
 * The steps in order.
 */
nodes: Array<Node>, 
/**
 * Whether new tickets may take it.
 */
active: boolean, };
