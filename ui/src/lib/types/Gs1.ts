// Written by `./dev generate` from the Rust types. Do not edit.
import type { Gs1Date } from "./Gs1Date";
import type { Gs1Element } from "./Gs1Element";

/**
 * A thing as GS1 describes it.
 */
export type Gs1 = { 
/**
 * The article, always 14 digits; the check digit is right.
 */
gtin: string | null, 
/**
 * Batch or lot.
 */
batch: string | null, 
/**
 * The single thing's number.
 */
serial: string | null, 
/**
 * Not to be used after this date.
 */
expiry: Gs1Date | null, 
/**
 * Made on this date.
 */
produced: Gs1Date | null, 
/**
 * How many there are.
 */
count: number | null, 
/**
 * Everything else, in order.
 */
others: Array<Gs1Element>, 
/**
 * Where it is a link: its host. Nothing about the link is opened or believed.
 */
host: string | null, };
