import { beforeAll, expect, it, vi } from "vitest";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: { dataset: {} } });
vi.mock("./names.svelte", () => ({ names: { of: (kind: string, id: string) => `the ${kind} ${id}` } }));

const { preferences } = await import("$lib/base/preferences.svelte");
const { contests } = await import("./contests");

beforeAll(() => {
  preferences.begin();
  preferences.locale = "en";
});

it("says each contested field as its form does, with both values in words", () => {
  const said = contests({
    kind: "device",
    fields: "number state site_id installed_on note",
    mine_number: "A-1",
    theirs_number: "A-2",
    mine_state: "stopped",
    theirs_state: "in_service",
    mine_site_id: "s1",
    theirs_site_id: "s2",
    mine_installed_on: "2024-06-30",
    theirs_installed_on: "null",
    mine_note: "",
    theirs_note: "wet",
  });
  expect(said.map(({ label, mine, theirs }) => [label, mine, theirs])).toEqual([
    ["Serial number", "A-1", "A-2"],
    ["State", "Stopped", "In service"],
    ["Site", "the site s1", "the site s2"],
    ["Installed on", "30 Jun 2024", "nothing"],
    ["Note", "nothing", "wet"],
  ]);
});

it("reads lists, switches, quantities and faults, and whatever a newer program may say", () => {
  const value = (kind: string, field: string, said: string) =>
    contests({ kind, fields: field, [`mine_${field}`]: said })[0]?.mine;
  expect(value("device_model", "part_ids", '["a","b"]')).toBe("the part a, the part b");
  expect(value("device_model", "part_ids", "[]")).toBe("nothing");
  expect(value("device_model", "part_ids", "broken")).toBe("nothing");
  expect(value("device_model", "faults", '[{"code":"E1","name":"门","name_en":"Door"}]')).toBe("E1 Door");
  expect(value("user", "active", "false")).toBe("No");
  expect(value("part", "minimum", "2.50")).toBe("2.5");
  expect(value("ticket", "urgency", "urgent")).toBe("Urgent");
  expect(value("ticket", "due_at", "null")).toBe("nothing");
  expect(value("ticket", "due_at", String(new Date(2020, 0, 2, 9, 5).getTime()))).toBe("2 Jan 2020 09:05");
  expect(value("spaceship", "colour", "red")).toBe("red");
});

it("has nothing to say without fields", () => {
  expect(contests({})).toEqual([]);
});
