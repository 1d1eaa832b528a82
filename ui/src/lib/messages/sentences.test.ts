import { beforeAll, describe, expect, it, vi } from "vitest";
import { CODES, COMMANDS, type FailureCode, type Refusal, type SyncView } from "$lib/types";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: { dataset: {} } });

const { preferences } = await import("$lib/base/preferences.svelte");
const { failureSentence, refusalSentence, syncWords } = await import("./sentences");
const { commandWord } = await import("./words");
const { EVENTS, eventSentence } = await import("./events");

/** What every refusal may carry, so that no sentence lacks a value. */
const details: Record<string, string> = Object.fromEntries(
  [
    ...[
      "right",
      "kind",
      "field",
      "limit",
      "value",
      "ticket",
      "engineer",
      "state",
      "step",
      "roles",
      "before",
      "demands",
    ],
    ...["demand", "unit", "minimum", "maximum", "location", "part", "level", "quantity", "used", "code", "name"],
    ...["command", "reason", "text", "note"],
  ].map((key) => [key, `<${key}>`]),
);

const failures: FailureCode[] = [
  ...(["not_here", "not_understood", "signed_out", "wrong_password", "not_allowed", "invitation_invalid"] as const),
  ...(["unreachable", "picture_unreadable", "too_large", "disk_full", "damaged", "outbox_not_empty"] as const),
  "internal",
];

beforeAll(() => preferences.begin());

for (const locale of ["en", "zh-CN"] as const) {
  describe(`sentences in ${locale}`, () => {
    it("say what happened, what is safe, and what to do, for every refusal", () => {
      preferences.locale = locale;
      for (const code of CODES) {
        const refusal: Refusal = { code, details };
        for (const where of ["here", "refused", "held", "discrepancy"] as const) {
          const { what, safe, next } = refusalSentence(refusal, where);
          for (const part of [what, safe, next]) {
            expect(part, code).not.toBe("");
            expect(part, code).not.toMatch(/[{}…]|undefined/);
          }
        }
      }
    });

    it("never leave a hole when a value is missing", () => {
      preferences.locale = locale;
      for (const code of CODES) expect(refusalSentence({ code, details: {} }, "here").what).not.toMatch(/undefined|\{/);
    });

    it("exist for every failure, command and event", () => {
      preferences.locale = locale;
      for (const code of failures) expect(failureSentence({ code, detail: "x" }).what).not.toBe("");
      for (const name of COMMANDS) expect(commandWord(name)).not.toBe(name);
      for (const name of EVENTS) {
        const event = { id: "", name, ticket_id: null, device_id: null, actor_id: "", replica_id: "" };
        const sentence = eventSentence({ ...event, occurred_at: 0, received_at: null, details });
        expect(sentence, name).not.toMatch(/[{}]|undefined/);
        expect(sentence).not.toBe(name);
      }
    });
  });
}

it("details come in the language of the screen", () => {
  const refusal: Refusal = { code: "StepNotActive", details: { step: "维修", step_en: "Repair" } };
  preferences.locale = "en";
  expect(refusalSentence(refusal, "here").what).toContain("Repair");
  preferences.locale = "zh-CN";
  expect(refusalSentence(refusal, "here").what).toContain("维修");
});

it("the chip says what waits for Wi-Fi only when nothing else waits", () => {
  preferences.locale = "en";
  const words = (waiting: number, files_waiting: number, waiting_for_wifi: number) =>
    syncWords({ state: "waiting", waiting, files_waiting, waiting_for_wifi } as SyncView);
  expect(words(0, 3, 3)).toBe("3 waiting for Wi-Fi");
  expect(words(2, 3, 3)).toBe("5 waiting");
  expect(words(0, 3, 1)).toBe("3 waiting");
});
