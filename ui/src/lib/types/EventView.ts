// Written by `./dev generate` from the Rust types. Do not edit.
import type { Event } from "./Event";

/**
 * An entry of the timeline.
 */
export type EventView = { 
/**
 * What happened.
 */
event: Event, 
/**
 * The words of its sentence: what its ids and keys are called here.
 */
words: { [key in string]: string }, 
/**
 * Who did it.
 */
actor_name: string, 
/**
 * Whether it waits to be sent from this device.
 */
waiting: boolean, };
