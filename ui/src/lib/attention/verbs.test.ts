import { expect, test } from "vitest";
import type { Attention, AttentionCard, Cause, Command } from "$lib/types";
import { verbsOf } from "./verbs";

const command: Command = { name: "StartStep", payload: { step_id: "s" } };

interface Case {
  cause: Cause;
  mine?: boolean;
  onDevice?: boolean;
  may_close?: boolean;
  may_release?: boolean;
  attention?: Partial<Attention>;
}

function verbs({ cause, mine = false, onDevice = false, may_close = false, may_release = false, attention }: Case) {
  const matter = { cause, resolved_at: null, handed_over_at: null, ...attention };
  const card = { attention: matter, command, may_close, may_release } as AttentionCard;
  const { primary, others, colleague } = verbsOf(card, { mine, onDevice });
  return [primary, others.join(" "), colleague];
}

test("whoever did what does not fit hands it over, and never closes it", () => {
  expect(verbs({ cause: "discrepancy", mine: true, onDevice: true })).toEqual(["hand_over", "", true]);
  expect(verbs({ cause: "discrepancy", mine: true })).toEqual([null, "", true]);
  const attention = { handed_over_at: 1 };
  expect(verbs({ cause: "discrepancy", mine: true, onDevice: true, attention })).toEqual([null, "", true]);
});

test("a reminder is looked into first, and closed beside that", () => {
  expect(verbs({ cause: "reminder", may_close: true })).toEqual([null, "close", false]);
  expect(verbs({ cause: "reminder" })).toEqual([null, "", false]);
});

test("whoever may closes a colleague's", () => {
  expect(verbs({ cause: "discrepancy", may_close: true })).toEqual(["close", "", false]);
  expect(verbs({ cause: "discrepancy", may_close: true, onDevice: true })).toEqual(["close", "hand_over", false]);
  expect(verbs({ cause: "refused", may_close: true })).toEqual(["close", "", false]);
  expect(verbs({ cause: "discrepancy", onDevice: true })).toEqual([null, "", false]);
});

test("what one asked for and was not done is let go or done again", () => {
  const asked = { cause: "refused", mine: true, may_close: true } as const;
  expect(verbs(asked)).toEqual(["withdraw", "redo", false]);
  expect(verbs({ ...asked, onDevice: true })).toEqual(["withdraw", "redo hand_over", false]);
});

test("what is held goes on by itself: nothing is pressed upon its author", () => {
  expect(verbs({ cause: "held", mine: true, onDevice: true })).toEqual([null, "redo hand_over", false]);
});

test("what is quarantined is let be done, or left undone, by who may", () => {
  expect(verbs({ cause: "quarantined", may_close: true, may_release: true })).toEqual(["release", "leave", false]);
  expect(verbs({ cause: "quarantined", may_close: true })).toEqual([null, "leave", false]);
  expect(verbs({ cause: "quarantined", mine: true, onDevice: true })).toEqual(["hand_over", "", false]);
});

test("what is closed is only shown", () => {
  const attention = { resolved_at: 1 };
  expect(verbs({ cause: "discrepancy", may_close: true, onDevice: true, attention })).toEqual([null, "", false]);
});
