// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A known fault of a model.
 */
export type Fault = { 
/**
 * The code that the device shows.
 */
code: string, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English; may be empty.
 */
name_en: string, };
