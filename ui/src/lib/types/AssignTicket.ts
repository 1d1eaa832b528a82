// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Gives a ticket to somebody, or to nobody.
 */
export type AssignTicket = { 
/**
 * Which.
 */
ticket_id: string, 
/**
 * Whose it was when the person looked; if somebody else has it by then, it stays theirs.
 */
from_engineer_id: string | null, 
/**
 * To whom; none puts it back.
 */
engineer_id: string | null, 
/**
 * When the visit was planned as the person saw it. If that is to stay it stays as it is by then.
 */
from_planned_at: number | null, 
/**
 * When the visit is planned.
 */
planned_at: number | null, };
