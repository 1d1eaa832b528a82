import { describe, expect, it } from "vitest";
import type { Crew, Region, Role } from "$lib/types";
import { colleagues, isFound } from "./colleagues";

const region = (id: string, parent_id: string | null): Region => ({ id, name: id, name_en: `${id}-en`, parent_id });
const role = (id: string, ...rights: Role["rights"]): Role => ({ id, key: id, name: id, name_en: `${id}-en`, rights });

function person(id: string, role_id: string, region_id: string, load = 0, active = true): Crew {
  const user = { id, login: id, name: id, name_en: "", phone: "138", role_id, region_id, van_id: null, active };
  return { user, load };
}

const known = {
  regions: [region("all", null), region("north", "all"), region("beijing", "north"), region("south", "all")],
  roles: [role("engineer", "work_ticket"), role("manager", "work_ticket", "see_all_regions")],
  crew: [
    person("busy", "engineer", "beijing", 5),
    person("free", "engineer", "beijing", 1),
    person("me", "engineer", "beijing", 0),
    person("boss", "manager", "beijing", 0),
    person("left", "engineer", "beijing", 0, false),
    person("far", "engineer", "south", 0),
    person("wide", "engineer", "north", 9),
    person("chief", "manager", "south", 0),
  ],
};
const me = person("me", "engineer", "beijing").user;
const of = (list: { user: { id: string } }[]) => list.map(({ user }) => user.id).join(" ");

describe("colleagues", () => {
  it("of the ticket's region come first, one's like and the least loaded before others; never oneself", () => {
    const { near, others } = colleagues(known, "beijing", me);
    expect(of(near)).toBe("free busy boss");
    expect(of(others)).toBe("wide chief far");
  });

  it("say whether they see the ticket, and their load only where it is known", () => {
    const { near, others } = colleagues(known, "beijing", me);
    expect([...near, ...others].filter(({ sees }) => !sees).map(({ user }) => user.id)).toEqual(["far"]);
    expect(near.map(({ load }) => load)).toEqual([1, 5, 0]);
    expect(others.every(({ load }) => load === null)).toBe(true);
  });

  it("do not hang in a tree that goes round, nor without roles", () => {
    const round = [region("a", "b"), region("b", "a")];
    const { near } = colleagues({ crew: [person("x", "?", "a")], roles: [], regions: round }, "a", null);
    expect(near.map(({ role, sees }) => [role, sees])).toEqual([[undefined, true]]);
  });

  it("are found by name, role and region", () => {
    const [free] = colleagues(known, "beijing", me).near;
    if (!free) throw new Error("nobody");
    expect(["", "FREE", "fr engineer-en", "beijing 138"].every((words) => isFound(free, words))).toBe(true);
    expect(isFound(free, "free south")).toBe(false);
  });
});
