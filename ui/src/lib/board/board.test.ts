import { expect, test } from "vitest";
import type { Board, TicketCard } from "$lib/types";
import { changed, looksOf } from "./changes";
import { limitOf } from "./limit";
import { fromField, momentOf, toField } from "./moment";
import { retriaged, triaged, triageFields } from "./triage";

test("the bar fills with the time, and says when it presses", () => {
  const check = (now: number, due: number | null, closed: number | null, filled: number | null, pressure?: string) => {
    const limit = limitOf({ opened_at: 0, due_at: due, closed_at: closed }, now);
    expect(limit).toEqual(filled === null ? null : { filled, pressure });
  };
  check(50, null, null, null);
  check(50, 100, null, 0.5, "calm");
  check(75, 100, null, 0.75, "near");
  check(100, 100, null, 1, "over");
  check(500, 100, null, 1, "over");
  check(500, 100, 40, 0.4, "closed");
  check(500, 100, 140, 1, "over");
  // Opened after it was due: over at once, and no division by nothing.
  check(50, 0, null, 1, "over");
});

test("only what looks different pulses, and nothing at first", () => {
  const card = (id: string, change: Partial<TicketCard> = {}) => ({ id, state: "open", ...change }) as TicketCard;
  const board = (...cards: TicketCard[]) => ({ columns: [{ cards }] }) as unknown as Board;
  const before = looksOf(board(card("a"), card("b")));
  expect(changed(null, before).size).toBe(0);
  const after = looksOf(board(card("a"), card("b", { state: "active" }), card("c")));
  expect([...changed(before, after)]).toEqual(["b", "c"]);
});

test("a time goes into a field and comes back", () => {
  const instant = new Date(2026, 10, 24, 9, 30).getTime();
  expect(toField(instant)).toBe("2026-11-24T09:30");
  expect(fromField(toField(instant))).toBe(instant);
  expect(toField(null)).toBe("");
  expect(fromField("")).toBeNull();
  expect(fromField("nonsense")).toBeNull();
});

test("a time that nobody touched stays as it is, to the millisecond", () => {
  const instant = new Date(2026, 10, 24, 9, 30, 12, 345).getTime();
  expect(momentOf(toField(instant), instant)).toBe(instant);
  expect(momentOf("2026-11-24T09:31", instant)).toBe(new Date(2026, 10, 24, 9, 31).getTime());
  expect(momentOf("", instant)).toBeNull();
});

test("two dispatchers who change different things about a ticket both have their way", () => {
  const at = (hour: number) => new Date(2026, 10, 24, hour).getTime();
  const seen = { urgency: "normal", planned_at: at(9), due_at: null } as const;
  const typed = { ...triageFields(seen), urgency: "urgent" as const };
  expect(triaged(typed, seen)).toEqual({ ...seen, urgency: "urgent" });
  const now = { urgency: "low", planned_at: at(14), due_at: at(18) } as const;
  expect(triaged(retriaged(typed, seen, now), now)).toEqual({ ...now, urgency: "urgent" });
});
