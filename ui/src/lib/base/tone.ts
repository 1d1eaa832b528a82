import type { StepState, TicketState, Urgency } from "$lib/types";
import { open } from "./open";

/** The five states that look alike everywhere. */
export type Tone = "waiting" | "active" | "needs" | "wrong" | "done";

export const shapes: Record<Tone, string> = { waiting: "○", active: "◐", needs: "▲", wrong: "✕", done: "✓" };

export const ticketTone = open<TicketState, Tone>(
  {
    open: "needs",
    assigned: "waiting",
    active: "active",
    paused: "waiting",
    done: "done",
    cancelled: "waiting",
  },
  "needs",
);

export const stepTone = open<StepState, Tone>(
  {
    waiting: "waiting",
    active: "active",
    paused: "waiting",
    done: "done",
  },
  "needs",
);

export const urgencyTone = open<Urgency, Tone>(
  { low: "waiting", normal: "waiting", high: "needs", urgent: "wrong" },
  "needs",
);
