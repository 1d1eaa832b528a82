// Written by `./dev generate` from the Rust types. Do not edit.
import type { TicketKind } from "./TicketKind";
import type { TicketState } from "./TicketState";
import type { Urgency } from "./Urgency";

/**
 * Authorised work, with steps, parts and evidence.
 */
export type Ticket = { 
/**
 * Its name in the database: the id of the command that opened it.
 */
id: string, 
/**
 * What people call it, such as 7F3-0142. Final when given.
 */
number: string, 
/**
 * What it is for.
 */
ticket_kind: TicketKind, 
/**
 * The version of the workflow that it follows.
 */
workflow_id: string, 
/**
 * In a few words.
 */
title: string, 
/**
 * In more words; may be empty.
 */
description: string, 
/**
 * How soon.
 */
urgency: Urgency, 
/**
 * Where it stands.
 */
state: TicketState, 
/**
 * Which entry it came in by: scan, app, console, phone, and so on.
 */
source: string, 
/**
 * What is to be serviced.
 */
device_id: string | null, 
/**
 * Where.
 */
site_id: string, 
/**
 * For whom.
 */
customer_id: string, 
/**
 * Who is met there.
 */
contact_id: string | null, 
/**
 * The region whose people see it.
 */
region_id: string, 
/**
 * Whose it is.
 */
engineer_id: string | null, 
/**
 * Who opened it.
 */
opened_by_id: string, 
/**
 * When.
 */
opened_at: number, 
/**
 * When the visit is planned.
 */
planned_at: number | null, 
/**
 * When it must be done.
 */
due_at: number | null, 
/**
 * When it was done or cancelled.
 */
closed_at: number | null, 
/**
 * The node that comes next or is being done; none when all are complete.
 */
node: string | null, 
/**
 * Why it is paused or was cancelled; empty otherwise.
 */
reason: string, 
/**
 * The fault code that the device showed; may be empty.
 */
fault_code: string, 
/**
 * Where it was opened, degrees north, WGS 84.
 */
latitude: number | null, 
/**
 * Where it was opened, degrees east, WGS 84.
 */
longitude: number | null, };
