import { beforeAll, describe, expect, it, vi } from "vitest";
import { sorted } from "$lib/table/table";
import type { ReplicaCard } from "$lib/types";

vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("document", { documentElement: { dataset: {} } });

const { preferences } = await import("$lib/base/preferences.svelte");
const { m } = await import("$lib/messages");
const { fareOf, fits, pendingWords, replicaColumns, replicaCsv } = await import("./replicas");

beforeAll(() => preferences.begin());

const NOW = Date.now();
const DAY = 86_400_000;

type Contact = NonNullable<ReplicaCard["contact"]>;

function card(name: string, more: Partial<ReplicaCard["replica"]> = {}, said: Partial<Contact> | null = {}) {
  const usual = { heard_at: NOW - 60_000, version: "0.1.0", waiting: 0, files_waiting: 0, clock_ahead_millis: 3 };
  return {
    replica: {
      id: name,
      name,
      prefix: "7F3",
      user_id: "u",
      enrolled_at: NOW - 90 * DAY,
      revoked: false,
      forked_from_id: null,
      ...more,
    },
    person: "李伟",
    person_en: "Li Wei",
    contact: said && { ...usual, ...said },
    attention: 0,
  } satisfies ReplicaCard;
}

const lost = card("lost", { revoked: true }, { heard_at: NOW - 30 * DAY });
const silent = card("silent", {}, { heard_at: NOW - 3.5 * DAY });
const wrong = card("wrong", {}, { clock_ahead_millis: -600_000 });
const never = card("never", {}, null);
const holds = card("holds", {}, { waiting: 12, files_waiting: 3 });
const well = card("well");
const all = [well, holds, never, wrong, silent, lost];

describe("the list of devices", () => {
  it("says in one word what somebody should know first", () => {
    expect(all.map((each) => fareOf(each, NOW).tone)).toEqual(["done", "active", "waiting", "needs", "needs", "wrong"]);
    expect(fareOf(silent, NOW).word).toBe(m.admin_replica_silent({ days: 3 }));
    expect(fareOf(holds, NOW).word).toBe(m.admin_replica_holds({ count: 15 }));
  });

  it("puts those first that somebody should look after", () => {
    const order = sorted(all, replicaColumns(), { key: "state", descending: false }).map((each) => each.replica.name);
    expect(order).toEqual(["lost", "silent", "wrong", "never", "holds", "well"]);
  });

  it("finds by name, person, prefix and state, all words at once", () => {
    expect(all.filter((each) => fits(each, "li wei 7f3 lost"))).toEqual([lost]);
    expect(all.filter((each) => fits(each, m.admin_replica_silent({ days: 3 })))).toEqual([silent]);
    expect(fits(well, "李伟")).toBe(true);
    expect(fits(well, "nobody")).toBe(false);
  });

  it("does not know what a device never said", () => {
    const old = { ...well, contact: null };
    expect(pendingWords(old)).toBe("–");
    expect(fareOf(old, NOW).tone).toBe("waiting");
    const [row] = replicaCsv([old]).rows;
    expect(row?.slice(6, 8)).toEqual([null, null]);
    expect(replicaCsv([holds]).rows[0]).toHaveLength(replicaCsv([]).head.length);
  });
});
