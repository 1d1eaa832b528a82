/** What a list and a form of the console are told about a kind of record. */

import type { Command, Kind, Right } from "$lib/types";

export const adminKinds = [
  "customer",
  "contact",
  "site",
  "device",
  "device_model",
  "part",
  "stock_location",
  "user",
  "region",
  "replica",
] as const satisfies Kind[];
export type AdminKind = (typeof adminKinds)[number];

export type Fields = Record<string, unknown> & { id: string };

export interface Choice {
  value: string;
  label: () => string;
}

export interface Field {
  key: string;
  label: () => string;
  type: "text" | "long" | "decimal" | "degrees" | "date" | "choice" | "record" | "records" | "faults" | "switch";
  required?: boolean;
  /** Longest text, in characters, as the rules have it. */
  limit?: number;
  /** Which kind a `record` or `records` field names. */
  of?: Kind;
  choices?: Choice[];
  /** Only records of `of` whose field of the same name agrees with this field of the form. */
  within?: string;
  /** Only records of `of` with this value in this field. */
  only?: { field: string; is: string };
  hint?: () => string;
  /** Not a column of the list. */
  formOnly?: boolean;
  /** A grid track of the list. */
  width?: string;
}

export interface Shape {
  kind: AdminKind;
  right: Right;
  title: () => string;
  one: () => string;
  fields: Field[];
  blank: (regionId: string) => Fields;
  /** The command that saves a record; `from` is the record as the person saw it, none for a new one. */
  save: (record: Fields, from: Fields | null) => Command | null;
}
