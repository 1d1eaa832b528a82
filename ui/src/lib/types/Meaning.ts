// Written by `./dev generate` from the Rust types. Do not edit.
import type { Customer } from "./Customer";
import type { Device } from "./Device";
import type { Site } from "./Site";
import type { StockRow } from "./StockRow";
import type { TicketCard } from "./TicketCard";

/**
 * What a code means, and so what a person most likely wants next.
 */
export type Meaning = { "meaning": "device", 
/**
 * The device.
 */
device: Device, 
/**
 * Where it stands.
 */
site: Site | null, 
/**
 * Whose it is.
 */
customer: Customer | null, 
/**
 * Its tickets that are not closed, the asking person's first.
 */
open_tickets: Array<TicketCard>, 
/**
 * Whether it lies outside the asking person's region.
 */
elsewhere: boolean, } | { "meaning": "part", 
/**
 * The part, with what is in the van and elsewhere.
 */
row: StockRow, } | { "meaning": "stock_location", 
/**
 * Which.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The same in English.
 */
name_en: string, } | { "meaning": "ticket", 
/**
 * The ticket.
 */
ticket: TicketCard, } | { "meaning": "enrolment", 
/**
 * The link.
 */
link: string, } | { "meaning": "other_company", 
/**
 * That company's name for itself.
 */
company: string, 
/**
 * What was read.
 */
code: string, } | { "meaning": "link", 
/**
 * The address.
 */
address: string, } | { "meaning": "unknown", 
/**
 * What was read, trimmed.
 */
code: string, };
