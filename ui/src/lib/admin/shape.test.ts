import { describe, expect, it } from "vitest";
import { declared } from "$lib/types/declared";
import { adminKinds, shapes } from "./kinds";

describe.each(adminKinds.filter((kind) => kind !== "replica"))("the form of a %s", (kind) => {
  const { fields, blank, save } = shapes[kind];
  const known = declared[kind];

  it("has every field that the record declares, and no other", () => {
    const keys = fields.map(({ key }) => key);
    expect([...keys].sort()).toEqual(
      Object.keys(known)
        .filter((key) => key !== "id")
        .sort(),
    );
  });

  it("has a word for every choice, and asks for what the record must have", () => {
    for (const { key, choices, required, limit } of fields) {
      expect((choices ?? []).map(({ value }) => value)).toEqual(known[key]?.words ?? []);
      expect(choices?.every(({ value, label }) => label() !== value) ?? true).toBe(true);
      expect([required, limit]).toEqual([known[key]?.required, known[key]?.limit]);
    }
  });

  it("begins with a record of all fields, and saves it under its name", () => {
    const record = blank("here");
    expect(Object.keys(record).sort()).toEqual(Object.keys(known).sort());
    expect(save(record, null)?.payload).toMatchObject({ [kind]: record, from: null });
  });
});
