// Tickets that were taken a moment ago. For a while they stay on the list where they were, so that nothing slides under the
// finger, and only then move to what is mine.

import type { TicketCard } from "$lib/types";

const HELD_MILLIS = 10_000;

interface Held {
  card: TicketCard;
  /** Its place on the list. */
  index: number;
}

export class Taken {
  #held = $state.raw<Held[]>([]);

  has(id: string): boolean {
    return this.#held.some(({ card }) => card.id === id);
  }

  /** Takes a ticket that stands at this place of the list; if that is refused, it is as before. */
  async take(card: TicketCard, index: number, claim: () => Promise<boolean>): Promise<void> {
    if (this.has(card.id)) return;
    const held: Held = { card: { ...card, state: "assigned" }, index };
    const release = () => (this.#held = this.#held.filter((each) => each !== held));
    this.#held = [...this.#held, held];
    if (await claim()) setTimeout(release, HELD_MILLIS);
    else release();
  }

  /** What can be taken, with what was just taken in its old place. */
  unassigned(cards: TicketCard[]): TicketCard[] {
    const list = cards.filter(({ id }) => !this.has(id));
    for (const { card, index } of [...this.#held].sort((left, right) => left.index - right.index)) {
      list.splice(index, 0, card);
    }
    return list;
  }

  /** What is mine, without what still stands there. */
  mine(cards: TicketCard[]): TicketCard[] {
    return cards.filter(({ id }) => !this.has(id));
  }
}
