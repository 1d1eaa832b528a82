// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What stands on one label.
 */
export type Label = { 
/**
 * What the code says.
 */
code: string, 
/**
 * What it belongs to, in large letters.
 */
title: string, 
/**
 * More about it, in small letters.
 */
detail: string, };
