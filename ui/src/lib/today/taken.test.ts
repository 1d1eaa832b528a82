import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { TicketCard } from "$lib/types";
import { Taken } from "./taken.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const card = (id: string) => ({ id, number: id, state: "open" }) as TicketCard;
const ids = (cards: TicketCard[]) => cards.map(({ id }) => id).join(" ");
const [a, b, c, d] = ["a", "b", "c", "d"].map(card) as [TicketCard, TicketCard, TicketCard, TicketCard];

it("a ticket that was taken stays in its place, and moves later", async () => {
  const taken = new Taken();
  await taken.take(b, 1, () => Promise.resolve(true));
  // The answer that comes next has it among mine.
  expect(ids(taken.unassigned([a, c, d]))).toBe("a b c d");
  expect(taken.unassigned([a, c, d])[1]?.state).toBe("assigned");
  expect(ids(taken.mine([b]))).toBe("");
  await taken.take(c, 2, () => Promise.resolve(true));
  expect(ids(taken.unassigned([a, d]))).toBe("a b c d");
  vi.advanceTimersByTime(10_000);
  expect(ids(taken.unassigned([a, d]))).toBe("a d");
  expect(ids(taken.mine([b, c]))).toBe("b c");
});

it("taps again are one command, and what is refused is as before", async () => {
  const taken = new Taken();
  let refuse: (done: boolean) => void = () => undefined;
  const claim = vi.fn(() => new Promise<boolean>((resolve) => (refuse = resolve)));
  const first = taken.take(a, 0, claim);
  void taken.take(a, 0, claim);
  expect(claim).toHaveBeenCalledTimes(1);
  expect(taken.has("a")).toBe(true);
  refuse(false);
  await first;
  expect(taken.has("a")).toBe(false);
  expect(ids(taken.unassigned([a, b]))).toBe("a b");
});
