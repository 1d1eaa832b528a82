import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

type Messages = Record<string, unknown>;

function read(locale: string, file: string): Messages {
  return JSON.parse(
    readFileSync(new URL(`../../../messages/${locale}/${file}.json`, import.meta.url), "utf8"),
  ) as Messages;
}

function placeholders(message: unknown): string[] {
  return [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort();
}

it.each(["base", "field", "desk"])("%s.json says the same things in both languages", (file) => {
  const en = read("en", file);
  const zh = read("zh-CN", file);
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  for (const key of Object.keys(en)) {
    if (key.startsWith("$")) continue;
    expect(JSON.stringify(zh[key]), key).not.toBe('""');
    const wanted = placeholders(en[key]);
    for (const name of placeholders(zh[key])) expect(wanted, key).toContain(name);
  }
});
