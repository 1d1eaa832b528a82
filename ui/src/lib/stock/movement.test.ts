import { expect, test } from "vitest";
import type { Command } from "$lib/types";
import { opposite, toCommand, type Movement } from "./movement";

const movement: Movement = {
  work: "receive",
  partId: "p",
  quantity: "3",
  known: "5",
  fromId: "a",
  toId: "b",
  note: "n",
};

function check(change: Partial<Movement>, expected: Command | null) {
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

test("a count carries the difference, exactly", () => {
  const payload = { part_id: "p", location_id: "a", reason: "n" };
  check({ work: "count" }, { name: "AdjustStock", payload: { ...payload, difference: "-2" } });
  check(
    { work: "count", quantity: "0.3", known: "0.1" },
    { name: "AdjustStock", payload: { ...payload, difference: "0.2" } },
  );
  check({ work: "count", quantity: "5", known: "5.0" }, null);
});

test("the opposite puts the levels back", () => {
  for (const work of ["receive", "issue", "transfer", "count"] as const) {
    const done = toCommand({ ...movement, work });
    const back = done && opposite(done, "undo");
    expect(sum(done)).toEqual(sum(back, true));
  }
});

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
    case "AdjustStock":
      add(command.payload.location_id, Number(command.payload.difference));
      break;
  }
  // Without negative zero, which is not what the levels are about.
  return { a: (levels.a ?? 0) + 0, b: (levels.b ?? 0) + 0 };
}
