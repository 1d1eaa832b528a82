import type { StepView, TicketView } from "$lib/types";
import type { Demand } from "$lib/types";
import type { Saves } from "../saves";

/** What every demand is given. */
export interface DemandProps {
  view: TicketView;
  step: StepView;
  demand: Demand;
  saves: Saves;
  /** Names the demand for screen readers. */
  labelledby: string;
}

/** The value that was entered last. */
export function entered(step: StepView, demand: Demand): string {
  return step.step.entries.findLast((entry) => entry.key === demand.key)?.value ?? "";
}
