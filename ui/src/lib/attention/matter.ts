// What a matter says to whoever reads it: to who did it, or to who looks at what a colleague did.

import { names } from "$lib/admin/names.svelte";
import { here } from "$lib/base/session.svelte";
import { m } from "$lib/messages";
import { refusalSentence, type Sentence } from "$lib/messages/sentences";
import type { AttentionCard } from "$lib/types";

export const isMine = ({ attention }: AttentionCard) => attention.actor_id === here.session?.user?.id;

/** What headquarters does by itself nobody did. */
export const isByItself = ({ attention }: AttentionCard) => attention.cause === "reminder";

/** Who did it, as another reads it. */
export const actorOf = ({ attention, actor_name }: AttentionCard) =>
  names.person(attention.actor_id, actor_name) || m.attention_somebody();

export function matterSentence(card: AttentionCard): Sentence {
  return refusalSentence(card.attention, card.attention.cause, isMine(card) || isByItself(card) ? "" : actorOf(card));
}
