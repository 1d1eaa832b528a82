// Written by `./dev generate` from the Rust types. Do not edit.
import type { Attachment } from "./Attachment";
import type { Attention } from "./Attention";
import type { Contact } from "./Contact";
import type { Customer } from "./Customer";
import type { Device } from "./Device";
import type { DeviceModel } from "./DeviceModel";
import type { Event } from "./Event";
import type { Part } from "./Part";
import type { Region } from "./Region";
import type { Replica } from "./Replica";
import type { Role } from "./Role";
import type { Site } from "./Site";
import type { Step } from "./Step";
import type { StockLevel } from "./StockLevel";
import type { StockLocation } from "./StockLocation";
import type { StockMovement } from "./StockMovement";
import type { Tag } from "./Tag";
import type { Ticket } from "./Ticket";
import type { User } from "./User";
import type { Workflow } from "./Workflow";

/**
 * A record of any kind.
 */
export type AnyRecord = { "kind": "region", "record": Region } | { "kind": "role", "record": Role } | { "kind": "user", "record": User } | { "kind": "customer", "record": Customer } | { "kind": "contact", "record": Contact } | { "kind": "site", "record": Site } | { "kind": "device_model", "record": DeviceModel } | { "kind": "device", "record": Device } | { "kind": "tag", "record": Tag } | { "kind": "workflow", "record": Workflow } | { "kind": "ticket", "record": Ticket } | { "kind": "step", "record": Step } | { "kind": "event", "record": Event } | { "kind": "attachment", "record": Attachment } | { "kind": "part", "record": Part } | { "kind": "stock_location", "record": StockLocation } | { "kind": "stock_movement", "record": StockMovement } | { "kind": "stock_level", "record": StockLevel } | { "kind": "attention", "record": Attention } | { "kind": "replica", "record": Replica };
