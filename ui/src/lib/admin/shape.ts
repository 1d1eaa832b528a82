/** What a list and a form of the console are told about a kind of record: what it declares itself, and how it looks. */

import { newId } from "$lib/base/id";
import type { Command, Kind, Right } from "$lib/types";
import { declared, type Declared } from "$lib/types/declared";

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

/** How a field looks; what is in it, and what it has to be, the record declares. */
export interface Look {
  key: string;
  label: () => string;
  /** What each word of a choice is called. */
  words?: Record<string, () => string>;
  within?: string;
  only?: Field["only"];
  hint?: () => string;
  formOnly?: boolean;
  width?: string;
}

/** How a kind looks at the console. */
interface KindLook<K extends AdminKind> {
  kind: K;
  right: Right;
  title: () => string;
  one: () => string;
  fields: Look[];
  /** What a new one begins with, where that is not nothing. */
  start?: Record<string, unknown>;
  /** What its command says besides the record. */
  besides?: object;
}

/** Longer texts have several lines. */
const LONG = 1_000;

/** The shape of a kind: what its record declares, and how it looks. */
export function shapeOf<K extends AdminKind>({ start, besides, fields, ...look }: KindLook<K>): Shape {
  const { kind } = look;
  const known = declared[kind];
  return {
    ...look,
    fields: fields.map((field) => fieldOf(field, known[field.key])),
    blank: (regionId) => {
      const empty = Object.entries(known).map(([key, field]): [string, unknown] => [key, emptyOf(field, regionId)]);
      return { ...Object.fromEntries(empty), ...start, id: newId() };
    },
    // The commands take the whole record; which fields it has, it declares.
    save: (record, from) =>
      ({ name: `Save${pascal(kind)}`, payload: { [kind]: record, from, ...besides } }) as unknown as Command,
  };
}

function fieldOf({ words, ...look }: Look, known: Declared | undefined): Field {
  const { type = "text", required = false, limit, of } = known ?? {};
  const field: Field = { ...look, type: typeOf(type, limit), required };
  if (limit !== undefined) field.limit = limit;
  if (of !== undefined) field.of = of;
  if (words) field.choices = (known?.words ?? []).map((value) => ({ value, label: words[value] ?? (() => value) }));
  return field;
}

function typeOf(type: Declared["type"], limit = 0): Field["type"] {
  if (type === "structure") return "faults";
  if (type === "number") return "decimal";
  return type === "text" && limit > LONG ? "long" : type;
}

function emptyOf(field: Declared, regionId: string): unknown {
  if (!field.required && field.type !== "text") return ["records", "structure"].includes(field.type) ? [] : null;
  if (field.type === "record") return field.of === "region" ? regionId : "";
  if (field.type === "choice") return field.words?.[0] ?? "";
  if (field.type === "switch") return true;
  return field.type === "decimal" ? "0" : "";
}

const pascal = (kind: string) => kind.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
