import type { Fields } from "./shape";

/** A record that was typed and not saved yet. */
export interface Draft {
  record: Fields;
  /** The record as it was seen when the draft was begun; none for a new one. */
  from: Fields | null;
}

/** By kind and id, as long as the program runs. */
export const drafts = new Map<string, Draft>();

const same = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);

export const isTouched = ({ record, from }: Draft) => !same(record, from);

/** What was typed, upon the record as it is now: what the person did not touch is as it is now. */
export function rebased({ record, from }: Draft, now: Fields): Draft {
  const typed = Object.entries(record).filter(([key, value]) => !same(value, from?.[key]));
  return { record: { ...now, ...Object.fromEntries(typed) }, from: now };
}
