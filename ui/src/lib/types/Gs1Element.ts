// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * One value with its application identifier.
 */
export type Gs1Element = { 
/**
 * Two to four digits.
 */
identifier: string, 
/**
 * The value as it came.
 */
value: string, };
