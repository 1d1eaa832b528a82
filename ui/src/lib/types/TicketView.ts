// Written by `./dev generate` from the Rust types. Do not edit.
import type { AttachmentView } from "./AttachmentView";
import type { AttentionCard } from "./AttentionCard";
import type { Contact } from "./Contact";
import type { Customer } from "./Customer";
import type { Device } from "./Device";
import type { DeviceModel } from "./DeviceModel";
import type { EventView } from "./EventView";
import type { MovementView } from "./MovementView";
import type { Refusal } from "./Refusal";
import type { Site } from "./Site";
import type { StepView } from "./StepView";
import type { Ticket } from "./Ticket";
import type { TicketCard } from "./TicketCard";
import type { Workflow } from "./Workflow";

/**
 * One ticket with all that belongs to it.
 */
export type TicketView = { 
/**
 * The ticket.
 */
ticket: Ticket, 
/**
 * The same ticket as it stands on lists.
 */
card: TicketCard, 
/**
 * Where.
 */
site: Site | null, 
/**
 * For whom.
 */
customer: Customer | null, 
/**
 * Who is met there.
 */
contact: Contact | null, 
/**
 * What is serviced.
 */
device: Device | null, 
/**
 * What that is.
 */
device_model: DeviceModel | null, 
/**
 * The version that it follows.
 */
workflow: Workflow | null, 
/**
 * Its steps in order.
 */
steps: Array<StepView>, 
/**
 * Parts used and returned, oldest first.
 */
movements: Array<MovementView>, 
/**
 * Photos, signatures, files, oldest first.
 */
attachments: Array<AttachmentView>, 
/**
 * What happened, newest first.
 */
timeline: Array<EventView>, 
/**
 * What needs attention, open ones only.
 */
attention: Array<AttentionCard>, 
/**
 * Why the asking person cannot work on it; none if they can.
 */
work_refusal: Refusal | null, };
