// Both sides of a matter: what was done here, and what headquarters knew.

import { tidy } from "$lib/base/decimal";
import { ago } from "$lib/base/format";
import { preferences } from "$lib/base/preferences.svelte";
import { m } from "$lib/messages";
import { commandWord } from "$lib/messages/words";
import type { AttentionCard } from "$lib/types";

export interface Difference {
  label: string;
  mine: string;
  theirs: string;
}

/** The values to compare; empty where the sentence alone says it. */
export function differences(card: AttentionCard): Difference[] {
  const details: { [key in string]?: string } = card.attention.details;
  const of = (key: string) =>
    (preferences.english ? details[`${key}_en`] || details[key] : details[key] || details[`${key}_en`]) ?? "";
  const did = commandWord(card.attention.command_name);
  switch (card.attention.code) {
    case "StockBelowZero":
      return [
        {
          label: `${of("part")} · ${of("location")}`,
          mine: m.attention_took({ quantity: tidy(of("quantity")), unit: of("unit") }),
          theirs: m.attention_level({ quantity: tidy(of("level")), unit: of("unit") }),
        },
      ];
    case "ReadingImplausible":
      return [
        {
          label: of("demand"),
          mine: `${of("value")} ${of("unit")}`.trim(),
          theirs: m.reading_range({ minimum: of("minimum"), maximum: of("maximum"), unit: of("unit") }),
        },
      ];
    case "StepDone":
      return [
        {
          label: of("step"),
          mine: m.attention_i_did({ what: did, when: ago(card.attention.raised_at) }),
          theirs: m.attention_they_did({ who: of("engineer"), when: endedAt(details.ended_at) }),
        },
      ];
    case "TicketTaken":
    case "TicketNotYours":
      return [
        {
          label: m.ticket_engineer(),
          mine: card.actor_name,
          theirs: of("engineer"),
        },
      ];
    case "TicketClosed":
      return [
        {
          label: m.nav_ticket(),
          mine: did,
          theirs: of("state") === "cancelled" ? m.state_cancelled() : m.state_done(),
        },
      ];
    case "ReturnExceedsUse":
      return [{ label: of("part"), mine: did, theirs: m.attention_used({ quantity: tidy(of("used")) }) }];
    default:
      return [];
  }
}

function endedAt(value: string | undefined): string {
  const instant = Number(value);
  return Number.isFinite(instant) && instant > 0 ? ago(instant) : "…";
}
