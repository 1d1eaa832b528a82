/** A kind's list: its columns on the screen, and all its fields in an export. */

import { tidy } from "$lib/base/decimal";
import { dateOf } from "$lib/base/format";
import { m } from "$lib/messages";
import type { Column } from "$lib/table/table";
import type { Kind } from "$lib/types";
import { names } from "./names.svelte";
import type { Field, Fields, Shape } from "./shape";

const collator = new Intl.Collator(undefined, { numeric: true });

/** What stands in a cell. */
export function textOf(field: Field, record: Fields): string {
  const value = record[field.key];
  switch (field.type) {
    case "record":
      return names.of(field.of ?? "region", value);
    case "records":
      return Array.isArray(value) ? value.map((id) => names.of(field.of ?? "part", id)).join(", ") : "";
    case "choice":
      return field.choices?.find((choice) => choice.value === value)?.label() ?? String(value ?? "");
    case "switch":
      return value ? m.yes() : m.no();
    case "date":
      return typeof value === "string" ? dateOf(value) : "";
    case "decimal":
      return typeof value === "string" ? tidy(value) : "";
    case "faults":
      return Array.isArray(value)
        ? value.map((fault: { code: string; name: string }) => `${fault.code} ${fault.name}`).join(", ")
        : "";
    default:
      return value === null || value === undefined ? "" : String(value);
  }
}

export function columnsOf(shape: Shape): Column<Fields>[] {
  return shape.fields
    .filter((field) => !field.formOnly)
    .map((field, index) => ({
      key: field.key,
      title: field.label(),
      width: field.width ?? "120px",
      text: (record) => textOf(field, record),
      numeric: field.type === "decimal",
      minor: index > 1,
      tone: (record) => (record.active === false || record.state === "retired" || index > 2 ? "quiet" : "plain"),
      compare: (left, right) => collator.compare(textOf(field, left), textOf(field, right)),
    }));
}

/** Head and cells of an export. The id comes first, so that a row can be found again. */
export function exportOf(shape: Shape, records: Fields[]): { head: string[]; rows: string[][] } {
  return {
    head: ["id", ...shape.fields.map((field) => field.label())],
    rows: records.map((record) => [
      record.id,
      // Dates stay as they are stored: a spreadsheet reads those in every language.
      ...shape.fields.map((field) => (field.type === "date" ? String(record[field.key] ?? "") : textOf(field, record))),
    ]),
  };
}

/** The kinds whose names an export needs. */
export function kindsBehind(shape: Shape): Kind[] {
  return [...new Set(shape.fields.flatMap((field) => (field.of ? [field.of] : [])))];
}
