// Written by `./dev generate` from the Rust types. Do not edit.
import type { Cause } from "./Cause";
import type { Code } from "./Code";

/**
 * One matter that a person must look at.
 */
export type Attention = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * Why it needs a person.
 */
cause: Cause, 
/**
 * What does not fit.
 */
code: Code, 
/**
 * Both sides' values, for the sentence.
 */
details: { [key in string]: string }, 
/**
 * The command that met it.
 */
command_id: string, 
/**
 * What that command was called.
 */
command_name: string, 
/**
 * The ticket it belongs to.
 */
ticket_id: string | null, 
/**
 * Who gave the command.
 */
actor_id: string, 
/**
 * On which replica.
 */
replica_id: string, 
/**
 * The region whose people see it.
 */
region_id: string | null, 
/**
 * When the command was given.
 */
raised_at: number, 
/**
 * Who handed it over to the dispatcher.
 */
handed_over_by_id: string | null, 
/**
 * When.
 */
handed_over_at: number | null, 
/**
 * What the dispatcher is asked, in the person's words.
 */
handed_over_note: string, 
/**
 * Who looked at it.
 */
resolved_by_id: string | null, 
/**
 * When.
 */
resolved_at: number | null, 
/**
 * What they decided, in their words.
 */
resolution: string, };
