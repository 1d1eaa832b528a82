/** How soon a ticket is to be done: as it was seen, as it is typed, and as it is by then. */

import type { TicketCard, Triage } from "$lib/types";
import { momentOf, toField } from "./moment";

/** Urgency, plan and limit as the fields of a form have them. */
export interface TriageFields {
  urgency: Triage["urgency"];
  planned: string;
  due: string;
}

export const triageOf = ({ urgency, planned_at, due_at }: TicketCard): Triage => ({ urgency, planned_at, due_at });

export const triageFields = ({ urgency, planned_at, due_at }: Triage): TriageFields => ({
  urgency,
  planned: toField(planned_at),
  due: toField(due_at),
});

/** What the fields say, where `from` is what was seen in them. */
export function triaged({ urgency, planned, due }: TriageFields, from: Triage): Triage {
  return { urgency, planned_at: momentOf(planned, from.planned_at), due_at: momentOf(due, from.due_at) };
}

/** What was typed, upon the ticket as it is now. */
export function retriaged(typed: TriageFields, from: Triage, now: Triage): TriageFields {
  const [seen, fields] = [triageFields(from), triageFields(now)];
  return {
    urgency: typed.urgency === seen.urgency ? fields.urgency : typed.urgency,
    planned: typed.planned === seen.planned ? fields.planned : typed.planned,
    due: typed.due === seen.due ? fields.due : typed.due,
  };
}
