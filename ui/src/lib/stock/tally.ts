// A running list of what was scanned, with how many of each: for a delivery, or for counting a place. Pure, so that it can
// be kept on the device after every scan and nothing of an hour's counting is lost.

import { add, compare, subtract } from "$lib/base/decimal";
import type { Command, Meaning, Part, Stand } from "$lib/types";
import { toCommand } from "./movement";

export type ManyWork = "receive" | "count";

/** One part and how many of it. */
export interface Line {
  part: Pick<Part, "id" | "number" | "name" | "name_en" | "unit">;
  quantity: string;
  /** When that was counted last; absent in a list that an older program kept. */
  countedAt?: number;
  /** How far this replica had come then. */
  after?: Stand;
  /** Why it was not taken last time; empty if it was not tried. */
  refused: string;
  /** What was typed for the quantity and is none for certain; until somebody says what is meant, nothing is written. */
  unread?: string;
}

/** A code that is no part, as it was seen. */
export interface Stranger {
  code: string;
  shown: string;
  what: Meaning["meaning"];
}

export interface Tally {
  lines: Line[];
  strangers: Stranger[];
}

export const emptyTally: Tally = { lines: [], strangers: [] };

/** How many one scan of this means: as many as its own code says are in the box, otherwise one. */
function worth(meaning: Meaning & { meaning: "part" }): string {
  const count = meaning.gs1?.count ?? null;
  return count !== null && count > 0 ? String(count) : "1";
}

/** The list after one more scan; the newest stands first. */
export function scanned(tally: Tally, meaning: Meaning, shown: string, at: number, after?: Stand): Tally {
  if (meaning.meaning !== "part") {
    const stranger = { code: meaning.meaning === "unknown" ? meaning.code : shown, shown, what: meaning.meaning };
    const others = tally.strangers.filter(({ code }) => code !== stranger.code);
    return { ...tally, strangers: [stranger, ...others] };
  }
  const { id, number, name, name_en, unit } = meaning.row.part;
  const known = tally.lines.find(({ part }) => part.id === id);
  const quantity = add(known?.quantity ?? "0", worth(meaning));
  const named = { id, number, name, name_en, unit };
  const line = { part: named, quantity, countedAt: at, after, refused: "", unread: known?.unread ?? "" };
  return {
    // What was unknown a moment ago may have been bound meanwhile.
    strangers: tally.strangers.filter((stranger) => stranger.shown !== shown),
    lines: [line, ...tally.lines.filter((each) => each !== known)],
  };
}

/** One more or one less; a delivery with none of a part has no such line, but a count of none is a count. */
export function stepped(tally: Tally, id: string, by: "1" | "-1", work: ManyWork, at: number): Tally {
  return withQuantity(tally, id, (quantity) => (by === "1" ? add(quantity, "1") : subtract(quantity, "1")), work, at);
}

/** A quantity as it was typed at a moment. */
export function set(tally: Tally, id: string, quantity: string, work: ManyWork, at: number): Tally {
  return withQuantity(tally, id, () => quantity, work, at);
}

/** What was typed and cannot be taken as a quantity stays beside the quantity that counted so far. */
export function withUnread(tally: Tally, id: string, typed: string): Tally {
  const lines = tally.lines.map((line) => (line.part.id === id ? { ...line, unread: typed } : line));
  return { ...tally, lines };
}

/** Whether every line says how many there are. */
export const isClear = (tally: Tally) => tally.lines.every((line) => !line.unread);

function withQuantity(
  tally: Tally,
  id: string,
  next: (quantity: string) => string,
  work: ManyWork,
  countedAt: number,
): Tally {
  const lines = tally.lines.flatMap((line): Line[] => {
    if (line.part.id !== id) return [line];
    const quantity = next(line.quantity);
    const order = compare(quantity, "0");
    if (order < 0 || (order === 0 && work === "receive")) return [];
    return [{ ...line, quantity, countedAt, refused: "", unread: "" }];
  });
  return { ...tally, lines };
}

/** How many pieces there are in all lines. */
export const total = (tally: Tally) => tally.lines.reduce((sum, line) => add(sum, line.quantity), "0");

/** The command for a line. A count that does not say when it was made is of this moment. */
export function commandFor(line: Line, work: ManyWork, placeId: string, note: string, now: number): Command {
  const { part, quantity, countedAt = now, after = null } = line;
  return toCommand({ work, partId: part.id, quantity, countedAt, after, fromId: placeId, toId: placeId, note });
}
