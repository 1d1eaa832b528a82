// Written by `./dev generate` from the Rust types. Do not edit.
import type { Customer } from "./Customer";
import type { Device } from "./Device";
import type { DeviceModel } from "./DeviceModel";
import type { MovementView } from "./MovementView";
import type { Site } from "./Site";
import type { StockRow } from "./StockRow";
import type { Tag } from "./Tag";
import type { TicketCard } from "./TicketCard";

/**
 * One device with all that belongs to it.
 */
export type DeviceView = { 
/**
 * The device.
 */
device: Device, 
/**
 * What it is.
 */
device_model: DeviceModel | null, 
/**
 * Where it stands.
 */
site: Site | null, 
/**
 * Whose it is.
 */
customer: Customer | null, 
/**
 * Whether the warranty still runs today; none when no date is known.
 */
in_warranty: boolean | null, 
/**
 * Its tickets that are not closed, newest first.
 */
open_tickets: Array<TicketCard>, 
/**
 * Its closed tickets, newest first.
 */
closed_tickets: Array<TicketCard>, 
/**
 * The model's usual parts with what is in the van and elsewhere.
 */
parts: Array<StockRow>, 
/**
 * What was fitted, newest first.
 */
movements: Array<MovementView>, 
/**
 * Its tags.
 */
tags: Array<Tag>, };
