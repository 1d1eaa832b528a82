// Written by `./dev generate` from the Rust types. Do not edit.
import type { Attention } from "./Attention";
import type { Command } from "./Command";

/**
 * One matter with what its sentence needs.
 */
export type AttentionCard = { 
/**
 * The matter.
 */
attention: Attention, 
/**
 * Number of the ticket.
 */
ticket_number: string, 
/**
 * Title of the ticket.
 */
ticket_title: string, 
/**
 * Who gave the command.
 */
actor_name: string, 
/**
 * The command itself, where this machine has it and the asking person gave it, or sees all that it names; it can be given
 * again.
 */
command: Command | null, 
/**
 * The part it is about, if one.
 */
part_id: string | null, 
/**
 * Whether the asking person may close it.
 */
may_close: boolean, 
/**
 * Whether the asking person may let the command be done that was quarantined. Only headquarters does.
 */
may_release: boolean, };
