// Written by `./dev generate` from the Rust types. Do not edit.
import type { Fault } from "./Fault";

/**
 * What many devices have in common.
 */
export type DeviceModel = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * Who makes it.
 */
maker: string, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English; may be empty.
 */
name_en: string, 
/**
 * lift, air_conditioning, kitchen, or a company's own.
 */
category: string, 
/**
 * The parts that it usually needs.
 */
part_ids: Array<string>, 
/**
 * The faults that it is known for.
 */
faults: Array<Fault>, };
