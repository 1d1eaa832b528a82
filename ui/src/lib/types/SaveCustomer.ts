// Written by `./dev generate` from the Rust types. Do not edit.
import type { Customer } from "./Customer";

/**
 * Creates a customer, or replaces the record.
 */
export type SaveCustomer = { 
/**
 * The whole record.
 */
customer: Customer, };
