/** How much of a ticket's time is gone, for the bar that fills. */

import type { TicketCard } from "$lib/types";

export type Pressure = "calm" | "near" | "over" | "closed";

export interface Limit {
  /** From 0 to 1. */
  filled: number;
  pressure: Pressure;
}

/** Null when the ticket has no limit. */
export function limitOf(card: Pick<TicketCard, "opened_at" | "due_at" | "closed_at">, now: number): Limit | null {
  if (card.due_at === null) return null;
  const end = card.closed_at ?? now;
  const whole = Math.max(1, card.due_at - card.opened_at);
  const filled = Math.min(1, Math.max(0, (end - card.opened_at) / whole));
  if (card.closed_at !== null) return { filled, pressure: card.closed_at > card.due_at ? "over" : "closed" };
  return { filled, pressure: end >= card.due_at ? "over" : filled >= 0.75 ? "near" : "calm" };
}
