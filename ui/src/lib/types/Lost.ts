// Written by `./dev generate` from the Rust types. Do not edit.
import type { Contact } from "./Contact";
import type { Customer } from "./Customer";
import type { Device } from "./Device";
import type { DeviceModel } from "./DeviceModel";
import type { Part } from "./Part";
import type { Region } from "./Region";
import type { Site } from "./Site";
import type { StockLocation } from "./StockLocation";

/**
 * A record that can be lost: one that only headquarters makes, or a device that may not come back.
 */
export type Lost = { "kind": "region", "record": Region } | { "kind": "customer", "record": Customer } | { "kind": "site", "record": Site } | { "kind": "contact", "record": Contact } | { "kind": "part", "record": Part } | { "kind": "device_model", "record": DeviceModel } | { "kind": "device", "record": Device } | { "kind": "stock_location", "record": StockLocation };
