// Written by `./dev generate` from the Rust types. Do not edit.
import type { Triage } from "./Triage";

/**
 * Says how soon a ticket is to be done.
 */
export type TriageTicket = { 
/**
 * Which.
 */
ticket_id: string, 
/**
 * As the person saw it. What is the same in both stays as it is by then.
 */
from: Triage, 
/**
 * As it is to be.
 */
to: Triage, };
