import { describe, expect, it } from "vitest";
import type { Meaning } from "$lib/types";
import { commandFor, emptyTally, isClear, scanned, set, stepped, total, withUnread, type Tally } from "./tally";

function part(id: string, count: number | null = null): Meaning {
  const known = { id, number: `P-${id}`, name: id, name_en: id, unit: "pcs", category: "", minimum: "0" };
  const row = { part: known, quantity: "5", in_van: "0", places: 1, below_minimum: false };
  const gs1 = { gtin: null, batch: null, serial: null, expiry: null, produced: null, count, others: [], host: null };
  return { meaning: "part", row, gs1: count === null ? null : gs1 };
}

const unknown = (code: string): Meaning => ({ meaning: "unknown", code, shown: code, gs1: null });
const of = (...scans: [Meaning, string][]) =>
  scans.reduce((tally: Tally, [meaning, shown]) => scanned(tally, meaning, shown, 0), emptyTally);
const lines = (tally: Tally) => tally.lines.map(({ part, quantity }) => `${part.id} ${quantity}`);

describe("a running list", () => {
  it("counts each scan, the newest first, and a box for what it holds", () => {
    const tally = of([part("a"), "A"], [part("b"), "B"], [part("a"), "A"], [part("a", 12), "BOX"]);
    expect(lines(tally)).toEqual(["a 14", "b 1"]);
    expect(total(tally)).toBe("15");
  });

  it("keeps what was typed and is no quantity for certain, until it is said", () => {
    const before = of([part("a"), "A"], [part("b"), "B"]);
    const asked = withUnread(before, "a", "1,000");
    expect([isClear(before), isClear(asked)]).toEqual([true, false]);
    expect(lines(asked)).toEqual(["b 1", "a 1"]);
    expect(isClear(scanned(asked, part("a"), "A", 1))).toBe(false);
    const said = set(asked, "a", "1000", "receive", 1);
    expect(isClear(said)).toBe(true);
    expect(lines(said)).toEqual(["b 1", "a 1000"]);
    expect(isClear(stepped(asked, "a", "1", "receive", 1))).toBe(true);
  });

  it("keeps aside what is no part, each once, until it is known", () => {
    const tally = of([unknown("X"), "X"], [unknown("Y"), "Y"], [unknown("X"), "X"]);
    expect(tally.strangers.map(({ code }) => code)).toEqual(["X", "Y"]);
    const later = scanned(tally, part("x"), "X", 1);
    expect(later.strangers.map(({ code }) => code)).toEqual(["Y"]);
    expect(lines(later)).toEqual(["x 1"]);
  });

  it("goes up and down; none is a line in a count alone", () => {
    const tally = of([part("a"), "A"]);
    expect(lines(stepped(tally, "a", "1", "receive", 1))).toEqual(["a 2"]);
    expect(lines(stepped(tally, "a", "-1", "receive", 1))).toEqual([]);
    const none = stepped(tally, "a", "-1", "count", 1);
    expect(lines(none)).toEqual(["a 0"]);
    expect(lines(stepped(none, "a", "-1", "count", 1))).toEqual([]);
    expect(lines(set(tally, "a", "2.5", "receive", 1))).toEqual(["a 2.5"]);
  });

  it("knows when each line was counted last, whatever else changes", () => {
    const moments = ({ lines }: Tally) => lines.map(({ part, countedAt }) => `${part.id} ${countedAt}`);
    const first = scanned(scanned(emptyTally, part("a"), "A", 1), part("b"), "B", 2);
    expect(moments(first)).toEqual(["b 2", "a 1"]);
    expect(moments(scanned(first, part("a"), "A", 3))).toEqual(["a 3", "b 2"]);
    expect(moments(stepped(first, "a", "1", "count", 4))).toEqual(["b 2", "a 4"]);
    expect(moments(set(first, "b", "7", "count", 5))).toEqual(["b 5", "a 1"]);
    expect(moments(withUnread(first, "a", "1,000"))).toEqual(["b 2", "a 1"]);
  });

  it("becomes what was received, or what was counted when", () => {
    const [line] = of([part("a"), "A"], [part("a"), "A"]).lines;
    if (!line) throw new Error("no line");
    expect(commandFor(line, "receive", "p", "n", 9)).toEqual({
      name: "ReceiveStock",
      payload: { part_id: "a", quantity: "2", to_id: "p", note: "n" },
    });
    const payload = { part_id: "a", location_id: "p", counted: "2", after: null, note: "n" };
    const stand = { revision: 7, seq: 3 };
    expect(commandFor({ ...line, countedAt: 4 }, "count", "p", "n", 9)).toEqual({
      name: "CountStock",
      payload: { ...payload, counted_at: 4 },
    });
    // How far the replica had come says more than any clock.
    expect(commandFor({ ...line, after: stand }, "count", "p", "n", 9)).toEqual({
      name: "CountStock",
      payload: { ...payload, after: stand, counted_at: 0 },
    });
    // A list that an older program kept does not say when.
    const older = { part: line.part, quantity: "2", refused: "" };
    expect(commandFor(older, "count", "p", "n", 9)).toEqual({
      name: "CountStock",
      payload: { ...payload, counted_at: 9 },
    });
  });
});
