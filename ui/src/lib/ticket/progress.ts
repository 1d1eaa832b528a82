// Which step is next, and how a ticket is begun from outside its own screen.

import { give } from "$lib/base/give";
import { attempt } from "$lib/base/give";
import { door } from "$lib/door";
import type { StepView, TicketView } from "$lib/types";

/** The first step that is not done. */
export function currentStep(view: TicketView): StepView | undefined {
  return view.steps.find((step) => step.step.state !== "done");
}

/** Starts or takes up the next step. What cannot be started is only shown; its own screen says why. */
export async function startNext(ticketId: string): Promise<void> {
  const view = await attempt(() => door.query("AskTicket", { id: ticketId }));
  const next = view && currentStep(view);
  if (!next || next.step.state === "active" || next.start_refusal || view.work_refusal) return;
  await give({ name: "StartStep", payload: { step_id: next.step.id } });
}
