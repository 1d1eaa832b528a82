import { expect, test } from "vitest";
import type { Command } from "$lib/types";
import { opposite, toCommand, type Movement } from "./movement";

const movement: Movement = {
  work: "receive",
  partId: "p",
  quantity: "3",
  countedAt: 1_000,
  after: { revision: 7, seq: 3 },
  fromId: "a",
  toId: "b",
  note: "n",
};

function check(change: Partial<Movement>, expected: Command) {
  expect(toCommand({ ...movement, ...change })).toEqual(expected);
}

test("each work gives its command", () => {
  check({}, { name: "ReceiveStock", payload: { part_id: "p", quantity: "3", to_id: "b", note: "n" } });
  check({ work: "issue" }, { name: "IssueStock", payload: { part_id: "p", quantity: "3", from_id: "a", note: "n" } });
  check(
    { work: "transfer" },
    { name: "TransferStock", payload: { part_id: "p", quantity: "3", from_id: "a", to_id: "b", note: "n" } },
  );
});

test("a count carries what was counted and when, also when it agrees, and none", () => {
  const payload = { part_id: "p", location_id: "a", counted_at: 1_000, after: movement.after, note: "n" };
  check({ work: "count" }, { name: "CountStock", payload: { ...payload, counted: "3" } });
  check({ work: "count", quantity: "0" }, { name: "CountStock", payload: { ...payload, counted: "0" } });
});

test("a count is undone by what it changed, exactly, and not at all when it changed nothing", () => {
  const undone = (counted: string, known: string) => {
    const back = opposite(toCommand({ ...movement, work: "count", quantity: counted }), known, "undo");
    return back && [back.name, back.payload];
  };
  const payload = { part_id: "p", location_id: "a", reason: "undo" };
  expect(undone("3", "5")).toEqual(["AdjustStock", { ...payload, difference: "2" }]);
  expect(undone("0.3", "0.1")).toEqual(["AdjustStock", { ...payload, difference: "-0.2" }]);
  expect(undone("0", "-1")).toEqual(["AdjustStock", { ...payload, difference: "-1" }]);
  expect(undone("5", "5.0")).toBeNull();
});

test("the opposite puts the levels back", () => {
  for (const work of ["receive", "issue", "transfer", "count"] as const) {
    const done = toCommand({ ...movement, work });
    const back = opposite(done, KNOWN, "undo");
    expect(sum(done)).toEqual(sum(back, true));
  }
});

/** How many the ledger knows in the place that is counted. */
const KNOWN = "5";

/** What a movement does to places `a` and `b`. */
function sum(command: Command | null, negated = false): Record<string, number> {
  const levels: Record<string, number> = { a: 0, b: 0 };
  const add = (place: string, by: number) => (levels[place] = (levels[place] ?? 0) + (negated ? -by : by));
  switch (command?.name) {
    case "ReceiveStock":
      add(command.payload.to_id, Number(command.payload.quantity));
      break;
    case "IssueStock":
      add(command.payload.from_id, -Number(command.payload.quantity));
      break;
    case "TransferStock":
      add(command.payload.from_id, -Number(command.payload.quantity));
      add(command.payload.to_id, Number(command.payload.quantity));
      break;
    case "CountStock":
      add(command.payload.location_id, Number(command.payload.counted) - Number(KNOWN));
      break;
    case "AdjustStock":
      add(command.payload.location_id, Number(command.payload.difference));
      break;
  }
  // Without negative zero, which is not what the levels are about.
  return { a: (levels.a ?? 0) + 0, b: (levels.b ?? 0) + 0 };
}
