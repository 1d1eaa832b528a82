/** What a dispatcher does with a ticket, each said and, where it can be, undone. */

import { give } from "$lib/base/give";
import { toasts } from "$lib/base/toasts.svelte";
import { m } from "$lib/messages";
import { named } from "$lib/messages/words";
import type { TicketCard, User } from "$lib/types";

export type Act = "assign" | "triage" | "note" | "cancel";

const UNDO_MILLIS = 10_000;

/** Gives a ticket to a person, or to nobody. */
export async function assign(card: TicketCard, user: User | null, plannedAt: number | null = null): Promise<boolean> {
  const before = { engineer_id: card.engineer_id, planned_at: card.planned_at };
  if (card.engineer_id === (user?.id ?? null) && (plannedAt === null || plannedAt === card.planned_at)) return true;
  const payload = { ticket_id: card.id, engineer_id: user?.id ?? null, planned_at: plannedAt };
  if ((await give({ name: "AssignTicket", payload })) === null) return false;
  const { number } = card;
  const toast = toasts.show(
    "done",
    user ? m.board_assigned({ number, name: named(user) }) : m.board_unassigned_done({ number }),
    {
      millis: UNDO_MILLIS,
      action: {
        label: m.undo(),
        run: () => {
          toasts.close(toast);
          void give({ name: "AssignTicket", payload: { ticket_id: card.id, ...before } });
        },
      },
    },
  );
  return true;
}
