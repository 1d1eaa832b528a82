/** What a dispatcher does with a ticket, each said and, where it can be, undone. */

import { give, offer } from "$lib/base/give";
import { toasts } from "$lib/base/toasts.svelte";
import { m } from "$lib/messages";
import { refusalSentence, type Sentence } from "$lib/messages/sentences";
import { named } from "$lib/messages/words";
import type { Refusal, TicketCard, User } from "$lib/types";

export type Act = "assign" | "triage" | "note" | "cancel";

const UNDO_MILLIS = 10_000;

type Assignment = Pick<TicketCard, "engineer_id" | "planned_at">;

function changed({ id: ticket_id }: TicketCard, from: Assignment, to: Assignment) {
  return { ticket_id, from_engineer_id: from.engineer_id, from_planned_at: from.planned_at, ...to };
}

/** Gives a ticket to a person, or to nobody; `card` is the one that was looked at, whatever became of it since. */
export async function assign(card: TicketCard, user: User | null, plannedAt: number | null = null): Promise<boolean> {
  const before = { engineer_id: card.engineer_id, planned_at: card.planned_at };
  // Who gives it to somebody else leaves the plan as it is by then.
  const now = { engineer_id: user?.id ?? null, planned_at: plannedAt ?? card.planned_at };
  if (before.engineer_id === now.engineer_id && now.planned_at === before.planned_at) return true;
  const payload = changed(card, before, now);
  const given = await offer({ name: "AssignTicket", payload });
  if (given?.status === "refused") toasts.show("wrong", notAssigned(given.refusal));
  if (given?.status !== "saved") return false;
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
          const payload = changed(card, now, before);
          void give({ name: "AssignTicket", payload });
        },
      },
    },
  );
  return true;
}

/** Somebody else has given it out, or put it back, since it was looked at: who has it, rather than who was first. */
function notAssigned(refusal: Refusal): Sentence {
  const sentence = refusalSentence(refusal, "here");
  if (refusal.code !== "TicketTaken") return sentence;
  const { ticket: number = "", engineer = "?" } = refusal.details;
  const what = engineer === "?" ? sentence.what : m.board_given_meanwhile({ number, name: engineer });
  return { ...sentence, what, next: m.board_meanwhile_next() };
}
