// Written by `./dev generate` from the Rust types. Do not edit.
import type { Kind } from "./Kind";

/**
 * One thing that was found.
 */
export type Hit = { 
/**
 * What it is.
 */
kind: Kind, 
/**
 * Which.
 */
id: string, 
/**
 * What people call it.
 */
title: string, 
/**
 * The same in English.
 */
title_en: string, 
/**
 * Number, address, or what else tells it apart.
 */
detail: string, };
