// Written by `./dev generate` from the Rust types. Do not edit.
import type { Entry } from "./Entry";
import type { StepState } from "./StepState";

/**
 * One node of a ticket's workflow, being done or waited for.
 */
export type Step = { 
/**
 * Its name in the database: `derive(ticket_id, node)`.
 */
id: string, 
/**
 * Whose.
 */
ticket_id: string, 
/**
 * Key of the node.
 */
node: string, 
/**
 * Place in the order, from 0.
 */
position: number, 
/**
 * Where it stands.
 */
state: StepState, 
/**
 * Who does it, or did.
 */
engineer_id: string | null, 
/**
 * When it was first begun.
 */
started_at: number | null, 
/**
 * When it was last taken up again, while active.
 */
resumed_at: number | null, 
/**
 * When it was completed.
 */
ended_at: number | null, 
/**
 * Time worked so far, without pauses and without the time since `resumed_at`.
 */
worked_millis: number, 
/**
 * What was entered.
 */
entries: Array<Entry>, };
