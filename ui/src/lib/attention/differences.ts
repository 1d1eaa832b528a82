// Both sides of a matter: what was done here, and what headquarters knew.

import { contests } from "$lib/admin/contests";
import { names } from "$lib/admin/names.svelte";
import { tidy } from "$lib/base/decimal";
import { ago } from "$lib/base/format";
import { preferences } from "$lib/base/preferences.svelte";
import { m } from "$lib/messages";
import { entryWords } from "$lib/messages/values";
import { commandWord } from "$lib/messages/words";
import type { AttentionCard, ChooseEntry } from "$lib/types";

export interface Difference {
  label: string;
  mine: string;
  theirs: string;
  /** Whose the other value is, if not headquarters'. */
  who?: string;
  /** What says that one of them holds. */
  choose?: { mine: ChooseEntry; theirs: ChooseEntry };
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
    case "EntryContested":
      return [contested(card, of("demand"))];
    case "FieldContested":
      return contests(card.attention.details);
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
          mine: names.person(card.attention.actor_id, card.actor_name),
          theirs: of("engineer") === "?" ? m.ticket_nobody() : of("engineer"),
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

/** Two entries for one demand. */
function contested({ attention }: AttentionCard, label: string): Difference {
  const { mine = "", theirs = "", unit = "", engineer = "", ...ids }: { [key in string]?: string } = attention.details;
  const { step_id = "", demand_key: demand = "", engineer_id = "" } = ids;
  return {
    label,
    mine: entryWords(mine, unit),
    theirs: entryWords(theirs, unit),
    who: names.person(engineer_id, engineer),
    choose: {
      mine: { step_id, demand, actor_id: attention.actor_id, value: mine },
      theirs: { step_id, demand, actor_id: engineer_id, value: theirs },
    },
  };
}

function endedAt(value: string | undefined): string {
  const instant = Number(value);
  return Number.isFinite(instant) && instant > 0 ? ago(instant) : "…";
}
