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
 * What happened, such as `TicketOpened`.
 */
name: string, 
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
 * The values of the sentence.
 */
details: { [key in string]: string }, };
