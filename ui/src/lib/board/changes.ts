/** Which cards changed since the board was last drawn, so that they can pulse once. */

import type { Board, TicketCard } from "$lib/types";

const look = (card: TicketCard) =>
  [
    card.state,
    card.urgency,
    card.engineer_id,
    card.node_name,
    card.steps_done,
    card.planned_at,
    card.due_at,
    card.title,
    card.attention,
    card.reason,
  ].join("\u0000");

export type Looks = Map<string, string>;

export function looksOf(board: Board): Looks {
  return new Map(board.columns.flatMap((column) => column.cards).map((card) => [card.id, look(card)]));
}

/** Ids of the cards that are new or look different. Nothing on the first drawing. */
export function changed(before: Looks | null, after: Looks): Set<string> {
  if (!before) return new Set();
  return new Set([...after].filter(([id, text]) => before.get(id) !== text).map(([id]) => id));
}
