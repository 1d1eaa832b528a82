import { expect, it } from "vitest";
import { recover } from "./lasting";

const FAMILY = "outpost.draft.";
const NOW = 1_000_000;

class Place {
  kept = new Map<string, string>();
  get length() {
    return this.kept.size;
  }
  key = (index: number) => [...this.kept.keys()][index] ?? null;
  getItem = (name: string) => this.kept.get(name) ?? null;
  removeItem = (name: string) => void this.kept.delete(name);
  setItem = (name: string, text: string) => void this.kept.set(name, text);
}

const draft = (value: string, at: number) => JSON.stringify({ value, at });

it("brings back what a browser that was killed had not written yet", () => {
  const place = new Place();
  place.setItem(`${FAMILY}a`, draft("old", 5));
  const kept = new Map([
    [`${FAMILY}a`, draft("new", 9)],
    [`${FAMILY}b`, draft("typed last", 9)],
  ]);
  expect(recover(place, FAMILY, kept, NOW)).toEqual([]);
  expect(place.getItem(`${FAMILY}a`)).toBe(draft("new", 9));
  expect(place.getItem(`${FAMILY}b`)).toBe(draft("typed last", 9));
});

it("brings back nothing that was cleared, and takes nothing that another window typed a moment ago", () => {
  const place = new Place();
  place.setItem(`${FAMILY}saved`, draft("9", 5));
  place.setItem(`${FAMILY}fresh`, draft("7", NOW - 100));
  place.setItem("outpost.theme", "dark");
  recover(place, FAMILY, new Map(), NOW);
  expect([...place.kept.keys()]).toEqual([`${FAMILY}fresh`, "outpost.theme"]);
});

it("does not bring back what was cleared a moment ago, nor clears what was typed after that", () => {
  const place = new Place();
  place.setItem(`${FAMILY}cleared`, draft("typed", NOW - 300));
  place.setItem(`${FAMILY}typed`, draft("typed again", NOW - 100));
  const cleared = JSON.stringify({ at: NOW - 200 });
  const kept = new Map([`${FAMILY}cleared`, `${FAMILY}typed`].map((name) => [name, cleared]));
  recover(place, FAMILY, kept, NOW);
  expect([...place.kept.keys()]).toEqual([`${FAMILY}typed`]);
});

it("leaves alone what an older program kept, and takes it over", () => {
  const place = new Place();
  place.setItem(`${FAMILY}a`, draft("9", 5));
  expect(recover(place, FAMILY, null, NOW)).toEqual([`${FAMILY}a`]);
  expect(place.getItem(`${FAMILY}a`)).toBe(draft("9", 5));
});
