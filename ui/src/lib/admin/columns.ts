/** A kind's list: its columns on the screen, and all its fields in an export. */

import { tidy } from "$lib/base/decimal";
import { ago, dateOf } from "$lib/base/format";
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
  if (shape.kind === "replica") return replicaColumns();
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

const when = (value: unknown) => (typeof value === "number" ? ago(value) : m.admin_replica_never());

function replicaColumns(): Column<Fields>[] {
  const text = (record: Fields, key: string) => String(record[key] ?? "");
  const by = (key: string) => (left: Fields, right: Fields) => collator.compare(text(left, key), text(right, key));
  return [
    {
      key: "name",
      title: m.admin_replica_name(),
      width: "minmax(160px, 1fr)",
      text: (record) => text(record, "name"),
      compare: by("name"),
    },
    {
      key: "user_id",
      title: m.admin_replica_person(),
      width: "minmax(120px, 1fr)",
      text: (record) => names.of("user", record.user_id),
      compare: (left, right) => collator.compare(names.of("user", left.user_id), names.of("user", right.user_id)),
    },
    {
      key: "seen_at",
      title: m.admin_replica_seen(),
      width: "160px",
      text: (record) => when(record.seen_at),
      compare: (left, right) => Number(left.seen_at ?? 0) - Number(right.seen_at ?? 0),
      minor: true,
    },
    {
      key: "version",
      title: m.admin_replica_version(),
      width: "90px",
      text: (record) => text(record, "version"),
      compare: by("version"),
      minor: true,
    },
    {
      key: "prefix",
      title: m.admin_replica_prefix(),
      width: "100px",
      text: (record) => text(record, "prefix"),
      minor: true,
    },
    {
      key: "revoked",
      title: m.admin_replica_state(),
      width: "130px",
      text: (record) => (record.revoked ? m.admin_replica_revoked() : m.admin_replica_fine()),
      tone: (record) => (record.revoked ? "wrong" : "done"),
      mark: (record) => (record.revoked ? "✕" : "✓"),
      compare: (left, right) => Number(left.revoked) - Number(right.revoked),
    },
  ];
}

/** Head and cells of an export. The id comes first, so that a row can be found again. */
export function exportOf(shape: Shape, records: Fields[]): { head: string[]; rows: string[][] } {
  if (shape.kind === "replica") {
    const columns = columnsOf(shape);
    return {
      head: ["id", ...columns.map((column) => column.title)],
      rows: records.map((record) => [record.id, ...columns.map((column) => column.text(record))]),
    };
  }
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
  if (shape.kind === "replica") return ["user"];
  return [...new Set(shape.fields.flatMap((field) => (field.of ? [field.of] : [])))];
}
