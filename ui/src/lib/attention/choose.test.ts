import { beforeEach, expect, it, vi } from "vitest";
import type { AttentionCard, Command } from "$lib/types";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: { dataset: {} } });

const given: Command[] = [];
let refused = false;
vi.mock("$lib/base/give", () => ({
  give: (command: Command) => {
    given.push(command);
    return Promise.resolve(refused ? null : "id");
  },
}));

const { preferences } = await import("$lib/base/preferences.svelte");
const { chooseEntry } = await import("./choose");

const choice = { step_id: "s", demand: "current", actor_id: "li", value: "7.10" };

function matter(id: string, change: Partial<AttentionCard> = {}, details: Record<string, string> = {}): AttentionCard {
  const attention = {
    id,
    code: "EntryContested",
    resolved_at: null,
    details: { step_id: "s", demand_key: "current", ...details },
  };
  return { attention, may_close: true, ...change } as unknown as AttentionCard;
}

beforeEach(() => {
  preferences.begin();
  preferences.locale = "en";
  given.length = 0;
  refused = false;
});

it("closes what was about it, as far as whoever chooses may", async () => {
  const cards = [
    matter("this"),
    matter("not theirs to close", { may_close: false }),
    matter("another demand", {}, { demand_key: "voltage" }),
    matter("another step", {}, { step_id: "r" }),
  ];
  expect(await chooseEntry(choice, "A", cards, "measured again")).toBe(true);
  expect(given).toEqual([
    { name: "ChooseEntry", payload: choice },
    {
      name: "ResolveAttention",
      payload: { attention_id: "this", resolution: "7.1 A holds now: measured again" },
    },
  ]);
});

it("closes nothing when it is refused", async () => {
  refused = true;
  expect(await chooseEntry(choice, "A", [matter("this")])).toBe(false);
  expect(given).toHaveLength(1);
});
