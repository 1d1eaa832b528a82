/** A page of records found by words, also of the few kinds whose words headquarters does not keep. */

import { door, restsOn } from "$lib/door";
import type { Page } from "$lib/table/paged.svelte";
import type { Kind } from "$lib/types";
import { fieldsOf } from "./names.svelte";
import type { Fields } from "./shape";

export interface Wanted {
  kind: Kind;
  text: string;
  field?: string | undefined;
  is?: string | undefined;
  offset: number;
  limit: number;
  after?: string | null;
}

/** There are few of these, and none of them is searched by headquarters: they are found here. */
const few: Kind[] = ["region", "role"];
const MOST = 1_000;

export async function listOf({ kind, text, field, is, offset, limit, after }: Wanted): Promise<Page<Fields>> {
  const words = text.trim();
  const here = words !== "" && few.includes(kind);
  const page = await door.query("AskList", {
    kind,
    text: here ? "" : words,
    field: field ?? null,
    value: field ? (is ?? "") : null,
    after: here ? null : (after ?? null),
    limit: here ? MOST : limit,
  });
  const records = page.records.map(fieldsOf);
  if (!here) return { rows: records, total: page.total, next: page.next, restsOn: restsOn(page) };
  const found = records.filter((record) => fits(record, words));
  return { rows: found.slice(offset, offset + limit), total: found.length, restsOn: restsOn(page) };
}

export function fits(record: Fields, words: string): boolean {
  const whole = [record.name, record.name_en, record.key, record.prefix].join(" ").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}
