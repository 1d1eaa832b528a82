import { expect, test } from "vitest";
import type { Demand, Entry, Right, Session, StepView, Ticket } from "$lib/types";
import { besides, entered, holding, mayChoose } from "./entries";

const demand = { key: "current" } as Demand;
const entry = (value: string, change: Partial<Entry> = {}): Entry => {
  return { key: "current", value, actor_id: "li", entered_at: 1, ...change };
};
const step = (...entries: Entry[]) => ({ step: { entries } }) as unknown as StepView;

test("what stands beside is never the value, nor counted", () => {
  const view = step(entry("4.2"), entry("7.1", { actor_id: "chen", beside: true }), entry("x", { key: "other" }));
  expect(entered(view, demand)).toBe("4.2");
  expect(holding(view, demand).map(({ value }) => value)).toEqual(["4.2"]);
  expect(besides(view, demand).map(({ value }) => value)).toEqual(["7.1"]);
});

test("without a value that holds there is none", () => {
  expect(entered(step(entry("7.1", { beside: true })), demand)).toBe("");
});

test("whose ticket it is chooses, and whoever gives tickets out, and nobody else", () => {
  const chooses = (id: string, ...rights: Right[]) =>
    mayChoose({ engineer_id: "li" } as Ticket, { user: { id }, rights } as unknown as Session);
  expect(chooses("li", "work_ticket")).toBe(true);
  expect(chooses("chen", "work_ticket")).toBe(false);
  expect(chooses("ma", "assign_ticket")).toBe(true);
  expect(chooses("li", "keep_stock")).toBe(false);
  expect(mayChoose({ engineer_id: null } as Ticket, undefined)).toBe(false);
});
