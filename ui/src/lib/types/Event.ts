// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Something that happened; the timeline.
 */
export type Event = { 
/**
 * Its name in the database: `derive(command's id, "event n")`, n counting the command's events from 0.
 */
id: string, 
/**
 * What happened, such as `TicketOpened`; `crates/domain/src/event.rs` lists them.
 */
name: string, 
/**
 * The version of its values. Those of version 1 are words, in the language of whoever did it.
 */
version: number, 
/**
 * On which ticket.
 */
ticket_id: string | null, 
/**
 * On which device.
 */
device_id: string | null, 
/**
 * Who did it.
 */
actor_id: string, 
/**
 * On which replica.
 */
replica_id: string, 
/**
 * When it happened, by the clock of the replica.
 */
occurred_at: number, 
/**
 * When headquarters heard of it; none as long as it has not.
 */
received_at: number | null, 
/**
 * Its values: ids, quantities, and what a person wrote.
 */
details: { [key in string]: string }, };
