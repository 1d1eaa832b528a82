// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A catalogue item that is used up or fitted.
 */
export type Part = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * Catalogue number.
 */
number: string, 
/**
 * Name in the company's language.
 */
name: string, 
/**
 * Name in English; may be empty.
 */
name_en: string, 
/**
 * What it is counted in: pcs, m, l, kg.
 */
unit: string, 
/**
 * Group in the catalogue.
 */
category: string, 
/**
 * What all places together should not fall below.
 */
minimum: string, };
