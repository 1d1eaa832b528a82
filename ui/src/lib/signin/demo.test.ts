import { expect, test } from "vitest";
import { companyOf, demoOf } from "./demo";

const text =
  "远哨 Outpost Demo\nDemo: li.wei (engineer), wang.fang (clerk), he.jing (clerk), ma.chao (admin) · outpost-demo";

test("the name stands alone", () => {
  expect(companyOf(text)).toBe("远哨 Outpost Demo");
  expect(companyOf("")).toBe("");
});

test("one person of each role is offered", () => {
  const demo = demoOf(text);
  expect(demo?.password).toBe("outpost-demo");
  expect(demo?.people.map(({ login }) => login)).toEqual(["li.wei", "wang.fang", "ma.chao"]);
});

test("a company that is no demo gives no hint", () => {
  expect(demoOf("Harbour Lifts")).toBeNull();
  expect(demoOf("Demo Lifts")).toBeNull();
});
