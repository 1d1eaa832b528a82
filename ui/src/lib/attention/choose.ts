// Says which of two entries holds; with that, what there was to look at is looked at.

import { give } from "$lib/base/give";
import { toasts } from "$lib/base/toasts.svelte";
import { m } from "$lib/messages";
import { entryWords } from "$lib/messages/values";
import type { AttentionCard, ChooseEntry } from "$lib/types";

/** The open matters about the entries for a demand that whoever reads them may close. */
export function mattersOf(cards: AttentionCard[], { step_id, demand }: ChooseEntry): AttentionCard[] {
  return cards.filter(({ attention, may_close }) => {
    const { code, details, resolved_at } = attention;
    const same = details.step_id === step_id && details.demand_key === demand;
    return code === "EntryContested" && same && resolved_at === null && may_close;
  });
}

/** Chooses, and closes the matters among `cards` that were about it; false if it was refused, which was said. */
export async function chooseEntry(
  choice: ChooseEntry,
  unit: string,
  cards: AttentionCard[],
  note = "",
): Promise<boolean> {
  if ((await give({ name: "ChooseEntry", payload: choice })) === null) return false;
  const said = m.attention_chosen({ value: entryWords(choice.value, unit) });
  const resolution = [said, note].filter(Boolean).join(": ");
  for (const { attention } of mattersOf(cards, choice)) {
    await give({ name: "ResolveAttention", payload: { attention_id: attention.id, resolution } });
  }
  toasts.show("done", said);
  return true;
}
