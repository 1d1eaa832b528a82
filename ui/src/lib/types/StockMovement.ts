// Written by `./dev generate` from the Rust types. Do not edit.
import type { MovementKind } from "./MovementKind";

/**
 * One entry of the ledger; never changed.
 */
export type StockMovement = { 
/**
 * Its name in the database: the id of the command.
 */
id: string, 
/**
 * Why.
 */
movement_kind: MovementKind, 
/**
 * Of what.
 */
part_id: string, 
/**
 * Out of which place.
 */
from_id: string | null, 
/**
 * Into which place.
 */
to_id: string | null, 
/**
 * How many; greater than zero, or zero where a count agreed with the books.
 */
quantity: string, 
/**
 * Delivery note, reason, or anything else.
 */
note: string, 
/**
 * The movement that this one takes back, in part or whole.
 */
of_id: string | null, 
/**
 * Of a use: how many have come back since. The rest of an entry never changes.
 */
returned: string, 
/**
 * For which ticket.
 */
ticket_id: string | null, 
/**
 * In which step.
 */
step_id: string | null, 
/**
 * On which device.
 */
device_id: string | null, 
/**
 * Who.
 */
actor_id: string, 
/**
 * When it happened, by the clock of the replica.
 */
occurred_at: number, 
/**
 * When headquarters heard of it; none as long as it has not.
 */
received_at: number | null, };
