import { expect, test } from "vitest";
import { datedName, toCsv } from "./csv";
import { everyRow } from "./paged.svelte";
import { sorted, step, type Column } from "./table";

test("a cell is quoted where it must be", () => {
  const check = (value: string | number | null, expected: string) =>
    expect(toCsv(["h"], [[value]])).toBe(`\uFEFFh\r\n${expected}\r\n`);
  check("plain", "plain");
  check("a,b", '"a,b"');
  check('say "漏"', '"say ""漏"""');
  check("two\nlines", '"two\nlines"');
  check(null, "");
  check(2, "2");
});

test("a spreadsheet runs nothing that a person typed", () => {
  const check = (value: string, expected: string) => expect(toCsv([], [[value]])).toContain(expected);
  check("=1+1", "'=1+1");
  check("@SUM(A1)", "'@SUM(A1)");
  check("-cmd", "'-cmd");
  check("-493", "\n-493");
  check("+86 10 5555", "'+86 10 5555");
});

test("a file is named by its day", () => {
  expect(datedName("stock", "csv", new Date(2026, 0, 5))).toBe("stock-2026-01-05.csv");
});

test("keys lead from row to row and stop at the ends", () => {
  const check = (key: string, from: number, expected: number | null) => expect(step(key, from, 10, 4)).toBe(expected);
  check("ArrowDown", -1, 0);
  check("ArrowDown", 9, 9);
  check("ArrowUp", -1, 9);
  check("ArrowUp", 0, 0);
  check("PageDown", 3, 7);
  check("PageUp", 3, 0);
  check("Home", 5, 0);
  check("End", 5, 9);
  check("x", 5, null);
  expect(step("ArrowDown", 0, 0, 4)).toBeNull();
});

test("rows are sorted without losing their order among equals", () => {
  const columns: Column<[number, string]>[] = [
    { key: "n", title: "n", width: "1px", text: ([n]) => String(n), compare: ([left], [right]) => left - right },
  ];
  const rows: [number, string][] = [
    [2, "a"],
    [1, "b"],
    [2, "c"],
  ];
  expect(sorted(rows, columns, { key: "n", descending: false }).map(([, name]) => name)).toEqual(["b", "a", "c"]);
  expect(sorted(rows, columns, { key: "n", descending: true }).map(([, name]) => name)).toEqual(["a", "c", "b"]);
  expect(sorted(rows, columns, null)).toBe(rows);
});

test("every page is asked for, and a list that shrinks meanwhile ends", async () => {
  const all = Array.from({ length: 2500 }, (_, index) => index);
  const turn = (offset: number, limit: number) =>
    Promise.resolve({ rows: all.slice(offset, offset + limit), total: all.length, restsOn: [] });
  expect(await everyRow(turn)).toEqual(all);
  const shrinking = (offset: number) => Promise.resolve({ rows: offset === 0 ? [1] : [], total: 5, restsOn: [] });
  expect(await everyRow(shrinking)).toEqual([1]);
});
