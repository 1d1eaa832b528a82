import { expect, it } from "vitest";
import { open } from "./open";

it("has a word of its own for what only a newer program knows", () => {
  const table = open({ low: 1, high: 2 }, 9);
  expect([table.low, table.high, table["later" as "low"], table["toString" as "low"]]).toEqual([1, 2, 9, 9]);
  expect(Object.keys(table)).toEqual(["low", "high"]);
});
