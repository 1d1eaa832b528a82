// Written by `./dev generate` from the Rust types. Do not edit.
import type { Customer } from "./Customer";
import type { Device } from "./Device";
import type { DeviceChoice } from "./DeviceChoice";
import type { Gs1 } from "./Gs1";
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
elsewhere: boolean, 
/**
 * What the code says besides, if it follows GS1.
 */
gs1: Gs1 | null, } | { "meaning": "devices", 
/**
 * The number, for a person.
 */
shown: string, 
/**
 * Those of the person's region first, at most 20.
 */
devices: Array<DeviceChoice>, } | { "meaning": "part", 
/**
 * The part, with what is in the van and elsewhere.
 */
row: StockRow, 
/**
 * What the code says besides, if it follows GS1.
 */
gs1: Gs1 | null, } | { "meaning": "stock_location", 
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
ticket: TicketCard, } | { "meaning": "sign_off", 
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
 * What was read, fit to be seen.
 */
shown: string, } | { "meaning": "link", 
/**
 * The address.
 */
address: string, 
/**
 * The same fit to be seen.
 */
shown: string, 
/**
 * Where it would lead, as a browser understands it; empty where it leads to no host.
 */
host: string, } | { "meaning": "newer" } | { "meaning": "unknown", 
/**
 * What to bind: what was read, trimmed; of an article its number alone, without batch and serial number.
 */
code: string, 
/**
 * The same fit to be seen.
 */
shown: string, 
/**
 * What the code says, if it follows GS1.
 */
gs1: Gs1 | null, };
