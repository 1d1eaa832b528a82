import { m } from "$lib/messages";
import type { AskStock } from "$lib/types";

export type What = "all" | "below" | "some";

export interface StockFilter {
  text: string;
  what: What;
  locationId: string;
}

export const everything: StockFilter = { text: "", what: "all", locationId: "" };

export const whatWords: Record<What, () => string> = {
  all: m.stock_what_all,
  below: m.stock_what_below,
  some: m.stock_what_some,
};

export function toAsk(filter: StockFilter, offset: number, limit: number): AskStock {
  return {
    location_id: filter.locationId || null,
    text: filter.text.trim(),
    below_minimum: filter.what === "below",
    in_stock: filter.what === "some",
    offset,
    limit,
  };
}

/** "All parts in North warehouse, found by “seal”". */
export function sentence(filter: StockFilter, place: string): string {
  const words = m.stock_sentence({ what: whatWords[filter.what](), where: place || m.stock_where_all() });
  return filter.text.trim() === "" ? words : `${words}, ${m.stock_found_by({ text: filter.text.trim() })}`;
}

export type Piece = { slot: "what" | "where" } | { words: string };

/** The sentence cut at its controls, in the order of the language. */
export function pieces(): Piece[] {
  const marks = { what: "\uE000", where: "\uE001" };
  return m
    .stock_sentence(marks)
    .split(/(\uE000|\uE001)/)
    .filter((words) => words !== "")
    .map((words) => (words === marks.what ? { slot: "what" } : words === marks.where ? { slot: "where" } : { words }));
}
