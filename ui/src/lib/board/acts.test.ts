import { beforeEach, expect, it, vi } from "vitest";
import type { Command, Given, TicketCard, User } from "$lib/types";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: { dataset: {} } });

const given: Command[] = [];
let answer: Given | undefined;
const take = (command: Command) => {
  given.push(command);
  return Promise.resolve(answer);
};
vi.mock("$lib/base/give", () => ({ offer: take, give: take }));

const { preferences } = await import("$lib/base/preferences.svelte");
const { toasts } = await import("$lib/base/toasts.svelte");
const { assign } = await import("./acts");

const saved: Given = { status: "saved", id: "c", provisional: false, discrepancies: [] };
const card = { id: "t", number: "7F3-0142", engineer_id: "li", planned_at: 5 } as TicketCard;
const chen = { id: "chen", name: "陈", name_en: "Chen" } as User;
const assigned = (from: string | null, to: string | null, planned_at = 5): Command => {
  const planned = { from_planned_at: 5, planned_at };
  return { name: "AssignTicket", payload: { ticket_id: "t", from_engineer_id: from, engineer_id: to, ...planned } };
};
const said = () => toasts.list.at(-1);

beforeEach(() => {
  preferences.begin();
  preferences.locale = "en";
  given.length = 0;
  answer = saved;
});

it("says whose the ticket was when it was looked at, and its undo whose it is then", async () => {
  expect(await assign(card, chen)).toBe(true);
  said()?.action?.run();
  expect(given).toEqual([assigned("li", "chen"), assigned("chen", "li")]);
});

it("puts a ticket back for anybody", async () => {
  expect(await assign(card, null)).toBe(true);
  said()?.action?.run();
  expect(given).toEqual([assigned("li", null), assigned(null, "li")]);
});

it("gives nothing where nothing changes", async () => {
  expect(await assign(card, { ...chen, id: "li" })).toBe(true);
  expect(given).toEqual([]);
});

it("says who has got it meanwhile, or that nobody has", async () => {
  const taken = (engineer: string): Given => {
    return { status: "refused", refusal: { code: "TicketTaken", details: { ticket: card.number, engineer } } };
  };
  answer = taken("Zhao");
  expect(await assign(card, chen)).toBe(false);
  expect(said()?.sentence.what).toBe("Ticket 7F3-0142 has been given to Zhao meanwhile.");
  answer = taken("?");
  expect(await assign(card, chen)).toBe(false);
  expect(said()?.sentence.what).toBe("Ticket 7F3-0142 has been put back meanwhile, for anybody.");
});
