// Written by `./dev generate` from the Rust types. Do not edit.
import type { Customer } from "./Customer";

/**
 * Creates a customer, or changes it.
 */
export type SaveCustomer = { 
/**
 * As it is to be.
 */
customer: Customer, 
/**
 * As the person saw it; none for a new one. What is the same in both stays as it is by then.
 */
from: Customer | null, };
