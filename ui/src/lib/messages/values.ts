// What was entered for a demand, in words.

import { tidy } from "$lib/base/decimal";
import { m } from "./index";

/** A reading with its unit, a text, a tick; and a word where nothing was entered. */
export function entryWords(value: string, unit: string): string {
  if (value === "") return m.entry_none();
  if (value === "true" && unit === "") return m.entry_ticked();
  return unit === "" ? value : `${tidy(value)} ${unit}`;
}
