import { beforeAll, expect, it, vi } from "vitest";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: { dataset: {} } });

const { preferences } = await import("$lib/base/preferences.svelte");
const { faultsOf, rulesOf } = await import("./password");

beforeAll(() => preferences.begin());

const met = (fresh: string, again = fresh) => rulesOf({ old: "", fresh, again }).map((rule) => rule.met);

it("tells which of headquarters' rules are kept while one types", () => {
  expect(met("")).toEqual([false, false]);
  expect(met("1234567")).toEqual([false, true]);
  expect(met("密码密码密码密码")).toEqual([true, true]);
  expect(met("12345678", "1234567")).toEqual([true, false]);
  expect(met("🔑🔑🔑🔑")).toEqual([false, true]);
});

it("says what is wrong at its field, one thing at a time", () => {
  const wrong = (old: string, fresh: string, again = fresh) => Object.keys(faultsOf({ old, fresh, again }));
  expect(wrong("old", "a good password")).toEqual([]);
  expect(wrong("", "short", "other")).toEqual(["old", "fresh"]);
  expect(wrong("old", "a good password", "a good passwort")).toEqual(["again"]);
  expect(wrong("old", "密".repeat(342))).toEqual(["fresh"]);
});
