// Written by `./dev generate` from the Rust types. Do not edit.
import type { TicketKind } from "./TicketKind";
import type { TicketState } from "./TicketState";
import type { Urgency } from "./Urgency";

/**
 * A ticket on a list. Names come in both languages; the English one may be empty.
 */
export type TicketCard = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * What people call it.
 */
number: string, 
/**
 * What it is for.
 */
ticket_kind: TicketKind, 
/**
 * In a few words.
 */
title: string, 
/**
 * How soon.
 */
urgency: Urgency, 
/**
 * Where it stands.
 */
state: TicketState, 
/**
 * Why it is paused.
 */
reason: string, 
/**
 * The step that comes next.
 */
node_name: string, 
/**
 * The same in English.
 */
node_name_en: string, 
/**
 * Steps done.
 */
steps_done: number, 
/**
 * Steps in all.
 */
steps_total: number, 
/**
 * When the visit is planned.
 */
planned_at: number | null, 
/**
 * When it must be done.
 */
due_at: number | null, 
/**
 * When it was opened.
 */
opened_at: number, 
/**
 * When it was closed.
 */
closed_at: number | null, 
/**
 * Where.
 */
site_name: string, 
/**
 * The same in English.
 */
site_name_en: string, 
/**
 * Where that is.
 */
address: string, 
/**
 * Degrees north, for navigation.
 */
latitude: number | null, 
/**
 * Degrees east.
 */
longitude: number | null, 
/**
 * From the asked position, along the earth's surface.
 */
distance_metres: number | null, 
/**
 * What is serviced.
 */
device_id: string | null, 
/**
 * What people call it.
 */
device_name: string, 
/**
 * The same in English.
 */
device_name_en: string, 
/**
 * For whom.
 */
customer_name: string, 
/**
 * The same in English.
 */
customer_name_en: string, 
/**
 * Whose it is.
 */
engineer_id: string | null, 
/**
 * Their name.
 */
engineer_name: string, 
/**
 * How many of the model's usual parts there are.
 */
parts_wanted: number, 
/**
 * How many of those the asking person's van holds.
 */
parts_in_van: number, 
/**
 * Whether something done to it here waits to be sent.
 */
waiting: boolean, 
/**
 * How many open matters need attention.
 */
attention: number, };
