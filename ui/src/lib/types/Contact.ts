// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * A person at a customer.
 */
export type Contact = { 
/**
 * Its name in the database.
 */
id: string, 
/**
 * Whose.
 */
customer_id: string, 
/**
 * Where they are met, if at one site.
 */
site_id: string | null, 
/**
 * Their name.
 */
name: string, 
/**
 * Their function there.
 */
title: string, 
/**
 * Telephone number.
 */
phone: string, };
