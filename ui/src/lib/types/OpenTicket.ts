// Written by `./dev generate` from the Rust types. Do not edit.
import type { Urgency } from "./Urgency";

/**
 * Opens a ticket. The ticket's id is the command's.
 */
export type OpenTicket = { 
/**
 * What people will call it; given by the replica from its prefix and counter.
 */
number: string, 
/**
 * The version of the workflow to follow.
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
 * Which entry it came in by.
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
 * Who is met there.
 */
contact_id: string | null, 
/**
 * Whose it will be.
 */
engineer_id: string | null, 
/**
 * When the visit is planned.
 */
planned_at: number | null, 
/**
 * When it must be done.
 */
due_at: number | null, 
/**
 * The fault code that the device showed; may be empty.
 */
fault_code: string, 
/**
 * Degrees north, WGS 84.
 */
latitude: number | null, 
/**
 * Degrees east, WGS 84.
 */
longitude: number | null, 
/**
 * It was opened before, and headquarters lost it with a restore: a device that still had it brings it back, under its name
 * and its number.
 */
again?: boolean, };
