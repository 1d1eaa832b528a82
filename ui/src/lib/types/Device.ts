// Written by `./dev generate` from the Rust types. Do not edit.
import type { DeviceState } from "./DeviceState";

/**
 * The customer's equipment that is serviced.
 */
export type Device = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * Serial number.
 */
number: string, 
/**
 * Name in the company's language, as people on site call it.
 */
name: string, 
/**
 * Name in English; may be empty.
 */
name_en: string, 
/**
 * What it is.
 */
model_id: string, 
/**
 * Where it stands.
 */
site_id: string, 
/**
 * Whose it is.
 */
customer_id: string, 
/**
 * Floor, room, shaft.
 */
place: string, 
/**
 * Whether it is being used.
 */
state: DeviceState, 
/**
 * Date of installation, `YYYY-MM-DD`.
 */
installed_on: string | null, 
/**
 * Last day of the warranty, `YYYY-MM-DD`.
 */
warranty_until_on: string | null, 
/**
 * Anything else.
 */
note: string, };
