import type { StepState, TicketState, Urgency } from "$lib/types";

/** The five states that look alike everywhere. */
export type Tone = "waiting" | "active" | "needs" | "wrong" | "done";

export const shapes: Record<Tone, string> = { waiting: "○", active: "◐", needs: "▲", wrong: "✕", done: "✓" };

export const ticketTone: Record<TicketState, Tone> = {
  open: "needs",
  assigned: "waiting",
  active: "active",
  paused: "waiting",
  done: "done",
  cancelled: "waiting",
};

export const stepTone: Record<StepState, Tone> = {
  waiting: "waiting",
  active: "active",
  paused: "waiting",
  done: "done",
};

export const urgencyTone: Record<Urgency, Tone> = { low: "waiting", normal: "waiting", high: "needs", urgent: "wrong" };
