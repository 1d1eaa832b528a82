import { beforeEach, describe, expect, it } from "vitest";
import { Drafts } from "./draft";

const DAY = 86_400_000;

/** A place as browsers have it, which can be full. */
class Place {
  kept = new Map<string, string>();
  full = false;
  get length() {
    return this.kept.size;
  }
  key = (index: number) => [...this.kept.keys()][index] ?? null;
  getItem = (name: string) => this.kept.get(name) ?? null;
  removeItem = (name: string) => void this.kept.delete(name);
  setItem(name: string, text: string) {
    if (this.full) throw new DOMException("", "QuotaExceededError");
    this.kept.set(name, text);
  }
}

let place: Place;
let person: string;
let now: number;
/** The program, begun again. */
const begin = () =>
  new Drafts(
    () => place,
    () => person,
    () => now,
  );

beforeEach(() => {
  place = new Place();
  person = "li";
  now = 100 * DAY;
});

describe("drafts", () => {
  it("outlive the program, with when they were typed", () => {
    begin().write("step.1.reading", "9");
    now += 1000;
    expect(begin().read("step.1.reading")).toEqual({ value: "9", at: 100 * DAY });
    begin().clear("step.1.reading");
    expect(begin().read("step.1.reading")).toBeNull();
    expect(place.length).toBe(0);
  });

  it("are one person's own", () => {
    const drafts = begin();
    drafts.write("note.1", "of li");
    person = "zhang";
    expect(drafts.read("note.1")).toBeNull();
    drafts.clear("note.1");
    drafts.write("note.1", "of zhang");
    person = "li";
    expect(drafts.read("note.1")?.value).toBe("of li");
  });

  it("of nobody are not kept, but not lost either while the program runs", () => {
    person = "";
    const drafts = begin();
    drafts.write("note.1", "who am I");
    expect(drafts.read("note.1")?.value).toBe("who am I");
    expect(place.length).toBe(0);
  });

  it("grow old", () => {
    begin().write("old", "x");
    now += 31 * DAY;
    expect(begin().read("old")).toBeNull();
    begin().write("new", "y");
    expect([...place.kept.keys()].map((name) => name.split(".").at(-1))).toEqual(["new"]);
  });

  it("of another version, or unreadable, are no drafts, and what is not ours stays", () => {
    place.kept.set("outpost.draft.step.1", "7");
    place.kept.set("outpost.draft.3.li.broken", "{");
    place.kept.set("outpost.theme", "dark");
    expect(begin().read("step.1")).toBeNull();
    expect(begin().read("broken")).toBeNull();
    begin().tidy();
    expect([...place.kept.keys()]).toEqual(["outpost.theme"]);
  });

  it("are not many: the oldest goes", () => {
    const drafts = begin();
    for (let count = 0; count < 205; count++) {
      now += 1;
      drafts.write(`note.${count}`, "x");
    }
    expect(place.length).toBe(200);
    expect(drafts.read("note.4")).toBeNull();
    expect(drafts.read("note.5")?.value).toBe("x");
    drafts.write("note.5", "again");
    expect(place.length).toBe(200);
  });

  it("go with everything else when the device is emptied", () => {
    const drafts = begin();
    drafts.write("note", "of li");
    place.kept.set("outpost.theme", "dark");
    drafts.forget();
    expect(drafts.read("note")).toBeNull();
    expect([...place.kept.keys()]).toEqual(["outpost.theme"]);
  });

  it("that the place does not take still count, and no older text stands for them", () => {
    const drafts = begin();
    drafts.write("note", "first");
    place.full = true;
    drafts.write("note", "second");
    expect(drafts.read("note")?.value).toBe("second");
    expect(begin().read("note")).toBeNull();
    place.full = false;
    drafts.write("note", "third");
    expect(begin().read("note")?.value).toBe("third");
    drafts.write("note", "x".repeat(300_000));
    expect(drafts.read<string>("note")?.value.length).toBe(300_000);
    drafts.clear("note");
    expect(drafts.read("note")).toBeNull();
  });
});
