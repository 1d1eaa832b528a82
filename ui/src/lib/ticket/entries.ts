// What was entered for a demand: what holds, and what stands beside it.

import type { Demand, Entry, Session, StepView, Ticket } from "$lib/types";

/** The entries for a demand that hold, oldest first; those beside them wait for somebody to choose. */
export const holding = (step: StepView, { key }: Demand): Entry[] =>
  step.step.entries.filter((entry) => entry.key === key && !entry.beside);

/** The entries for a demand that somebody else's holds against, oldest first. */
export const besides = (step: StepView, { key }: Demand): Entry[] =>
  step.step.entries.filter((entry) => entry.key === key && entry.beside);

/** The entry that is the value of a demand whose answer is one. */
export const last = (step: StepView, demand: Demand) => holding(step, demand).at(-1);

/** The value that was entered last. */
export function entered(step: StepView, demand: Demand): string {
  return last(step, demand)?.value ?? "";
}

/** Whether somebody may say which of several entries holds: whose ticket it is, and whoever gives tickets out. */
export function mayChoose(ticket: Ticket, session: Session | undefined): boolean {
  const { rights = [], user = null } = session ?? {};
  return rights.includes("assign_ticket") || (rights.includes("work_ticket") && ticket.engineer_id === user?.id);
}
