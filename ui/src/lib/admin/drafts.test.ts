import { expect, test } from "vitest";
import { isTouched, rebased } from "./drafts";
import { shapes } from "./kinds";

const seen = { id: "i", name: "Lift 3", place: "Shaft", part_ids: ["p"] };

test("a draft is what differs from what was seen", () => {
  expect(isTouched({ record: { ...seen, part_ids: ["p"] }, from: seen })).toBe(false);
  expect(isTouched({ record: { ...seen, part_ids: ["p", "q"] }, from: seen })).toBe(true);
  expect(isTouched({ record: seen, from: null })).toBe(true);
});

test("what was typed goes upon the record as it is now, and nothing else does", () => {
  const now = { ...seen, name: "Lift C", place: "Floor 2", part_ids: ["r"] };
  const draft = { record: { ...seen, name: "Lift 4", part_ids: ["p", "q"] }, from: seen };
  const record = { id: "i", name: "Lift 4", place: "Floor 2", part_ids: ["p", "q"] };
  expect(rebased(draft, now)).toEqual({ record, from: now });
  // From then on it is saved against what is there.
  expect(rebased(rebased(draft, now), now)).toEqual({ record, from: now });
});

test("every record is saved with what was seen of it", () => {
  for (const shape of Object.values(shapes)) {
    const record = shape.blank("region");
    for (const from of [null, { ...record, name: "as it was seen" }]) {
      const command = shape.save(record, from);
      expect(command?.payload ?? { from }, shape.kind).toMatchObject({ from });
    }
  }
});
