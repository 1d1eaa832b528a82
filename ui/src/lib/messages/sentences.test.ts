import { beforeAll, describe, expect, it, vi } from "vitest";
import { CODES, COMMANDS, type FailureCode, type Refusal, type SyncView } from "$lib/types";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: { dataset: {} } });

const { preferences } = await import("$lib/base/preferences.svelte");
const { failureSentence, refusalSentence, syncWords } = await import("./sentences");
const { causeWords, commandWord, stateWords } = await import("./words");
const { eventSentence, sentences } = await import("./events");

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
    ...["command", "reason", "text", "note", "mine", "theirs", "number", "device", "holds", "most", "login"],
  ].map((key) => [key, `<${key}>`]),
);
Object.assign(details, { fields: "urgency planned_at", occurred_at: "1", received_at: "2", waited_minutes: "15" });

const failures: FailureCode[] = [
  ...([
    "not_here",
    "not_understood",
    "signed_out",
    "wrong_password",
    "too_many",
    "not_allowed",
    "wrong_address",
    "invitation_invalid",
    "plain",
  ] as const),
  ...(["unreachable", "picture_unreadable", "too_large", "disk_full", "damaged", "outbox_not_empty"] as const),
  "internal",
];

const WHERE = ["here", "refused", "held", "discrepancy", "quarantined"] as const;

beforeAll(() => preferences.begin());

for (const locale of ["en", "zh-CN"] as const) {
  describe(`sentences in ${locale}`, () => {
    it("say what happened, what is safe, and what to do, for every refusal", () => {
      preferences.locale = locale;
      for (const code of CODES) {
        const refusal: Refusal = { code, details };
        for (const where of WHERE) {
          for (const name of ["", "Li Wei"]) {
            const { what, safe, next } = refusalSentence(refusal, where, name);
            for (const part of [what, safe, next]) {
              expect(part, code).not.toBe("");
              expect(part, code).not.toMatch(/[{}…]|undefined/);
            }
          }
        }
      }
    });

    it("about a colleague never speak to whoever reads them", () => {
      preferences.locale = locale;
      const toYou = locale === "en" ? /\b(what you|you did|you may|your)\b/i : /你/;
      for (const code of CODES) {
        for (const where of ["refused", "held", "discrepancy", "quarantined"] as const) {
          const { what, safe, next } = refusalSentence({ code, details }, where, "Li Wei");
          expect(`${what} ${safe} ${next}`, `${code} ${where}`).not.toMatch(toYou);
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
      for (const name of Object.keys(sentences)) {
        const of = { ticket_id: null, device_id: null, actor_id: "", replica_id: "" };
        const event = { id: "", name, version: 2, ...of, occurred_at: 0, received_at: null, details: {} };
        const sentence = eventSentence({ event, words: details });
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

it("after too many wrong answers one is told how long to wait", () => {
  preferences.locale = "en";
  const said = (detail: string) => failureSentence({ code: "too_many", detail }).next;
  expect(said("too many wrong answers; try again in 9 s")).toMatch(/^Wait 9 s, /);
  expect(said("too many wrong answers; try again in 241 s")).toMatch(/^Wait 5 min, /);
  expect(said("too many listen from this address")).toMatch(/^Wait a little/);
});

it("the chip says what waits for Wi-Fi only when nothing else waits", () => {
  preferences.locale = "en";
  const words = (waiting: number, files_waiting: number, waiting_for_wifi: number) =>
    syncWords({ state: "waiting", waiting, files_waiting, waiting_for_wifi } as SyncView);
  expect(words(0, 3, 3)).toBe("3 waiting for Wi-Fi");
  expect(words(2, 3, 3)).toBe("5 waiting");
  expect(words(0, 3, 1)).toBe("3 waiting");
});

describe("what headquarters says", () => {
  const say = (code: Refusal["code"], details: Refusal["details"], where: (typeof WHERE)[number], name = "") => {
    preferences.locale = "en";
    const { what, safe, next } = refusalSentence({ code, details }, where, name);
    return `${what} ${safe} ${next}`;
  };

  it("names contested fields as the forms do, and not as the columns", () => {
    const fields = "number installed_on site_id";
    expect(say("FieldContested", { kind: "device", fields }, "here")).toContain("Serial number, Installed on, Site.");
    expect(say("FieldContested", { kind: "part", fields: "number" }, "here")).toContain("Part number.");
    const ticket = { kind: "ticket", fields: "due_at urgency" };
    expect(say("FieldContested", ticket, "discrepancy")).toContain("To be done by, Urgency.");
  });

  it("of what is held: there is nothing to do, it goes on by itself", () => {
    expect(say("RecordMissing", { kind: "ticket", id: "x" }, "held")).toMatch(/waits for .*Nothing to do/);
    expect(say("RecordMissing", { kind: "ticket", id: "x" }, "here")).toMatch(/no such .*look for it/);
  });

  it("of what is quarantined: nothing is lost, nothing done, somebody decides", () => {
    for (const code of ["RightMissing", "OutOfSight", "ReplicaRevoked", "FieldTooLong"] as const) {
      expect(say(code, { right: "keep_stock" }, "quarantined")).toMatch(
        /nothing is lost, and nothing .* done yet.*deci(des|sion)/,
      );
    }
  });

  it("of what is quarantined: for whose decision it waits", () => {
    expect(say("RightMissing", { right: "keep_stock" }, "quarantined")).toContain("somebody who may keep stock");
    expect(say("OutOfSight", {}, "quarantined", "Li Wei")).toContain("somebody who works in that region");
    expect(say("FieldTooLong", { field: "note", limit: "9" }, "quarantined")).toContain("somebody who may decides");
  });

  it("of two values: both, with their unit and whose the other is", () => {
    const details = { demand: "Current", engineer: "Chen", mine: "7.10", theirs: "4.2", unit: "A" };
    expect(say("EntryContested", details, "discrepancy")).toContain("Chen entered 4.2 A; 7.1 A was entered as well");
    expect(say("EntryContested", { ...details, mine: "", unit: "" }, "discrepancy")).toContain("nothing was entered");
  });

  it("never shows an id where a command should be named", () => {
    expect(say("RequirementRefused", { command: "0190-aa" }, "held")).not.toContain("0190");
    expect(say("RequirementRefused", { command: "OpenTicket" }, "held")).toContain("Open ticket");
  });
});

describe("what only a newer program knows", () => {
  it("is shown, and not as if it were something else", () => {
    expect(stateWords["frozen" as "open"]()).toMatch(/Newer than this app/);
    expect(causeWords["frozen" as "held"]()).toMatch(/Newer than this app/);
    const refusal = { code: "TooHot", details: {} } as unknown as Refusal;
    const { what, safe, next } = refusalSentence(refusal, "frozen" as "held");
    expect(what).toMatch(/TooHot/);
    expect(safe).toMatch(/Nothing is lost/);
    expect(next).toMatch(/Update the app/);
  });
});
