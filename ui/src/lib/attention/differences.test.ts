import { beforeAll, expect, it, vi } from "vitest";
import type { AttentionCard } from "$lib/types";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: { dataset: {} } });

const { preferences } = await import("$lib/base/preferences.svelte");
const { differences } = await import("./differences");
const { matterSentence } = await import("./matter");
const { here } = await import("$lib/base/session.svelte");
const { door } = await import("$lib/door");

beforeAll(() => {
  preferences.begin();
  preferences.locale = "en";
  // Names that are not here are those that came along.
  vi.spyOn(door, "notices").mockReturnValue(() => {});
  vi.spyOn(door, "query").mockRejectedValue({ code: "not_here", detail: "" });
});

function card(code: string, details: Record<string, string>, cause = "discrepancy"): AttentionCard {
  const attention = { code, details, cause, actor_id: "li", command_name: "RecordEntry", raised_at: 0 };
  return { attention, actor_name: "Li Wei" } as unknown as AttentionCard;
}

it("shows both entries with unit and names, and what chooses each", () => {
  const names = { step_id: "s", demand_key: "current", engineer_id: "chen" };
  const values = {
    demand: "电流",
    demand_en: "Current",
    engineer: "Chen Fang",
    mine: "7.10",
    theirs: "4.2",
    unit: "A",
  };
  const [side, ...more] = differences(card("EntryContested", { ...names, ...values }));
  expect(more).toEqual([]);
  expect(side).toMatchObject({ label: "Current", mine: "7.1 A", theirs: "4.2 A", who: "Chen Fang" });
  const choice = { step_id: "s", demand: "current" };
  expect(side?.choose).toEqual({
    mine: { ...choice, actor_id: "li", value: "7.10" },
    theirs: { ...choice, actor_id: "chen", value: "4.2" },
  });
});

it("shows each contested field, and offers no choice that no command makes", () => {
  const values = { mine_name: "Lift 3", theirs_name: "Lift C", mine_place: "", theirs_place: "Shaft 2" };
  const sides = differences(card("FieldContested", { kind: "device", fields: "name place", ...values }));
  expect(sides.map(({ label, mine, theirs }) => [label, mine, theirs])).toEqual([
    ["Name", "Lift 3", "Lift C"],
    ["Place", "nothing", "Shaft 2"],
  ]);
  expect(sides.some(({ choose }) => choose)).toBe(false);
});

it("says that nobody has a ticket that was put back", () => {
  const [side] = differences(card("TicketTaken", { ticket: "7F3-0142", engineer: "?" }, "refused"));
  expect(side).toMatchObject({ mine: "Li Wei", theirs: "Nobody yet" });
  const { what } = matterSentence(card("TicketTaken", { ticket: "7F3-0142", engineer: "?" }, "refused"));
  expect(what).toBe("Ticket 7F3-0142 has been put back meanwhile, for anybody.");
});

it("speaks to who did it, and of who did it to everybody else", () => {
  const matter = card("StepDone", { step: "Repair", engineer: "Chen" });
  here.session = { user: { id: "li" } } as typeof here.session;
  expect(matterSentence(matter).safe).toBe("What you did counts, and is kept.");
  here.session = { user: { id: "ma" } } as typeof here.session;
  expect(matterSentence(matter).safe).toBe("What Li Wei did counts, and is kept.");
  expect(matterSentence({ ...matter, actor_name: "" }).safe).toBe("What a colleague did counts, and is kept.");
});
