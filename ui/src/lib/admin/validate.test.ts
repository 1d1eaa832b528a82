import { expect, test } from "vitest";
import type { Field, Fields } from "./shape";
import { faultsOf, tidied } from "./validate";

const label = () => "Field";
const text: Field = { key: "name", label, type: "text", required: true, limit: 3 };
const minimum: Field = { key: "minimum", label, type: "decimal", required: true };
const latitude: Field = { key: "latitude", label, type: "degrees" };
const site: Field = { key: "site_id", label, type: "record", of: "site" };
const date: Field = { key: "on", label, type: "date" };

function check(field: Field, value: unknown, fits: boolean) {
  const record: Fields = { id: "i", [field.key]: value };
  expect([value, Object.keys(faultsOf([field], record)).length]).toEqual([value, fits ? 0 : 1]);
}

test("the form knows the limits of the rules", () => {
  check(text, "", false);
  check(text, "   ", false);
  check(text, "abc", true);
  check(text, "abcd", false);
  check(minimum, "2,5", true);
  check(minimum, "1,000,000", true);
  check(minimum, "1,000", false);
  check(minimum, "1e-28", false);
  check(minimum, "6901028075831", false);
  check(minimum, "-1", false);
  check(minimum, "many", false);
  check(latitude, null, true);
  check(latitude, 31.2, true);
  check(latitude, 91, false);
  check(latitude, Number.NaN, false);
  check(site, null, true);
  check({ ...site, required: true }, null, false);
});

test("a record is stored without what the hand left", () => {
  const record: Fields = { id: "i", name: " a ", minimum: "２,50", site_id: "", on: "", latitude: null };
  expect(tidied([text, minimum, latitude, site, date], record, null)).toEqual({
    id: "i",
    name: "a",
    minimum: "2.5",
    site_id: null,
    on: null,
    latitude: null,
  });
});

test("what nobody touched stays as it was seen", () => {
  const from: Fields = { id: "i", name: " a ", minimum: "2.50" };
  expect(tidied([text, minimum], from, from)).toEqual(from);
  expect(tidied([text, minimum], { ...from, minimum: "2.5 " }, from)).toEqual({ ...from, minimum: "2.5" });
});
