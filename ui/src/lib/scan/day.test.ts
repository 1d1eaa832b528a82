import { expect, it } from "vitest";
import { isPast } from "./day";

it("a month is over on its last day, a day when it is over", () => {
  const today = new Date(2027, 4, 31, 18);
  expect(isPast("2027-05-31", today)).toBe(false);
  expect(isPast("2027-05", today)).toBe(false);
  expect(isPast("2027-05-30", today)).toBe(true);
  expect(isPast("2027-04", today)).toBe(true);
  expect(isPast("2028-02", today)).toBe(false);
});
