// What can be done about a matter, by whom. The rules say who may close and who may release; here is only what that is called.

import type { AttentionCard } from "$lib/types";

export type Verb =
  /** Gives the command once more. */
  | "redo"
  /** Asks the dispatcher. */
  | "hand_over"
  /** Lets go what one asked for oneself. */
  | "withdraw"
  /** Closes what was looked at. */
  | "close"
  /** Has a quarantined command done. */
  | "release"
  /** Leaves it undone for good. */
  | "leave";

export interface Verbs {
  /** Beside the primary one. */
  others: Verb[];
  /** What is most likely wanted; none where there is nothing to do. */
  primary: Verb | null;
  /** A colleague looks at it: whoever did it does not close it. */
  colleague: boolean;
}

interface Reader {
  /** They gave the command. */
  mine: boolean;
  /** Whether they read it on a device, from which it can be handed over. */
  onDevice: boolean;
}

export function verbsOf(card: AttentionCard, { mine, onDevice }: Reader): Verbs {
  const { attention, may_close: mayClose, may_release: mayRelease } = card;
  if (attention.resolved_at !== null) return { others: [], primary: null, colleague: false };
  const { cause } = attention;
  const others: Verb[] = [];
  let primary: Verb | null = null;
  if ((cause === "refused" || cause === "held") && mine && card.command) others.push("redo");
  if (mayClose && cause === "quarantined") others.push("leave");
  // Seeing it changes nothing: it comes back until somebody has done what is left undone.
  else if (mayClose && cause === "reminder") others.push("close");
  else if (mayClose) primary = mine ? "withdraw" : "close";
  if (mayRelease) primary = "release";
  if (onDevice && attention.handed_over_at === null && (mine || mayClose)) {
    // What goes on by itself is not pressed upon anybody.
    if (primary === null && cause !== "held" && mine) primary = "hand_over";
    else others.push("hand_over");
  }
  return { others, primary, colleague: mine && !mayClose && (cause === "discrepancy" || cause === "refused") };
}
