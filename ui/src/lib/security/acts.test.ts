import { beforeAll, describe, expect, it, vi } from "vitest";
import type { SecurityEntry, SecurityKind, Session } from "$lib/types";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: { dataset: {} } });

const { preferences } = await import("$lib/base/preferences.svelte");
const { here } = await import("$lib/base/session.svelte");
const { door } = await import("$lib/door");
const { actCsv, actLine, actSentence, actsTurn, fits, kindOf, securityWords } = await import("./acts");

const kinds = Object.keys(securityWords) as SecurityKind[];

beforeAll(() => {
  preferences.begin();
  here.session = { user: { id: "me" } } as Session;
  // Names that headquarters does not tell are those that came along.
  vi.spyOn(door, "notices").mockReturnValue(() => {});
  vi.spyOn(door, "query").mockRejectedValue({ code: "not_here", detail: "" });
});

function act(kind: string, more: Partial<SecurityEntry> = {}): SecurityEntry {
  const about = { about_user_id: "li", about_name: "Li Wei", about_replica_id: null, detail: "" };
  return { number: 7, at: 1, actor_id: "ma", actor_name: "Ma Chao", address: "192.0.2.7", kind, ...about, ...more };
}

for (const locale of ["en", "zh-CN"] as const) {
  describe(`the security record in ${locale}`, () => {
    it("says every kind in words, of others and of oneself", () => {
      preferences.locale = locale;
      for (const kind of kinds) {
        expect(kindOf(act(kind)), kind).not.toBe(kind);
        for (const about_user_id of ["li", "me"]) {
          const said = actSentence(act(kind, { about_user_id, detail: "Tablet 3" }));
          expect(said, kind).not.toMatch(/[{}]|undefined|your? their|null/);
          expect(said, kind).toMatch(/[.。]$/);
          if (about_user_id === "me") expect(said, kind).not.toContain("Li Wei");
        }
      }
    });

    it("never leaves a hole where nobody is known", () => {
      preferences.locale = locale;
      const nobody = act("sign_in_failed", {
        actor_id: null,
        actor_name: "nobody",
        about_user_id: null,
        about_name: "",
      });
      expect(actSentence(nobody)).not.toMatch(/as {2}|以的/);
      expect(actLine(nobody).split(" · ")).toHaveLength(2);
    });
  });
}

describe("the security record", () => {
  beforeAll(() => (preferences.locale = "en"));

  it("shows what a newer headquarters did by its own word", () => {
    expect(actSentence(act("key_turned"))).toBe("key_turned");
  });

  it("says which browser was signed out from another one", () => {
    const ended = act("session_ended", { about_user_id: "me", detail: "one that was begun from 203.0.113.5" });
    expect(actSentence(ended)).toBe("One of your browsers, signed in from 203.0.113.5, was signed out.");
    expect(actSentence(act("session_ended"))).toBe("Li Wei signed out.");
  });

  it("names the command line and oneself", () => {
    expect(actLine(act("found", { actor_id: null, actor_name: "machine" }))).toContain("by the command line");
    expect(actLine(act("found", { actor_id: "me" }))).toContain("by you · from 192.0.2.7");
  });

  it("is found by words and exported with every cell", () => {
    expect(fits(act("revoked", { detail: "Tablet 3" }), "tablet li lost")).toBe(true);
    expect(fits(act("revoked"), "signed")).toBe(false);
    const { head, rows } = actCsv(kinds.map((kind) => act(kind)));
    expect(rows.every((row) => row.length === head.length)).toBe(true);
  });

  it("goes on over pages on which there is nothing for who asks", async () => {
    const pages = [
      { acts: [act("found")], next: 90 },
      { acts: [], next: 50 },
      { acts: [act("revoked")], next: null },
    ];
    const asked = vi.spyOn(door, "action").mockImplementation(() => Promise.resolve(pages.shift() as never));
    const turn = actsTurn("li", 5);
    expect(await turn(0, 200, null)).toMatchObject({ total: 2, rows: [{ kind: "found" }] });
    expect(await turn(1, 1000, null)).toMatchObject({ total: 2, rows: [{ kind: "revoked" }] });
    expect(asked.mock.calls.map(([action]) => (action.ask as { before: number | null }).before)).toEqual([
      null,
      90,
      50,
    ]);
  });
});
