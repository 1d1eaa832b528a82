// Written by `./dev generate` from the Rust types. Do not edit.
import type { Part } from "./Part";
import type { StockMovement } from "./StockMovement";

/**
 * A part that was used or returned.
 */
export type MovementView = { 
/**
 * The movement.
 */
movement: StockMovement, 
/**
 * Of what.
 */
part: Part | null, 
/**
 * Out of which place.
 */
from_name: string, 
/**
 * The same in English.
 */
from_name_en: string, 
/**
 * Into which place.
 */
to_name: string, 
/**
 * The same in English.
 */
to_name_en: string, 
/**
 * Who.
 */
actor_name: string, 
/**
 * For which ticket.
 */
ticket_number: string, 
/**
 * Whether it waits to be sent from this device.
 */
waiting: boolean, };
