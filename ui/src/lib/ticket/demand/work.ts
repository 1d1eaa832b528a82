import { give } from "$lib/base/give";
import { here } from "$lib/base/session.svelte";
import type { Demand, StepView, TicketView } from "$lib/types";
import { last } from "../entries";
import type { Saves } from "../saves.svelte";
import { Typed } from "./typed.svelte";

/** What every demand is given. */
export interface DemandProps {
  view: TicketView;
  step: StepView;
  demand: Demand;
  saves: Saves;
  /** Names the demand for screen readers. */
  labelledby: string;
  /** Says how its text stands. */
  describedby: string;
  /** Somebody wanted to finish the step without it. */
  lacking: true | undefined;
}

/** The name of the draft of one demand. */
export function draftOf({ view, step, demand }: Pick<DemandProps, "view" | "step" | "demand">): string {
  return `step.${view.ticket.id}.${step.step.id}.${demand.key}`;
}

/** What is typed for a demand whose answer is one value. */
export function typedFor(props: () => DemandProps, valueOf: (text: string) => string | null): Typed {
  return new Typed({
    key: () => draftOf(props()),
    saved() {
      const entry = last(props().step, props().demand);
      const theirs = entry && entry.actor_id !== here.session?.user?.id ? entry.actor_id : undefined;
      return { value: entry?.value ?? "", at: entry?.entered_at ?? 0, theirs };
    },
    valueOf,
    async give(value, from) {
      const { step, demand } = props();
      const payload = { step_id: step.step.id, demand: demand.key, from, value };
      return (await give({ name: "RecordEntry", payload })) !== null;
    },
  });
}
