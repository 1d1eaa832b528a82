/** Fields that two people have set to different values, each value in words. */

import { dateOf, dayAndTime } from "$lib/base/format";
import { tidy } from "$lib/base/decimal";
import { m } from "$lib/messages";
import { named, urgencyWords } from "$lib/messages/words";
import type { Refusal, Urgency } from "$lib/types";
import { formField, formLabel } from "./labels";
import { names } from "./names.svelte";
import type { Field } from "./shape";

export interface Contest {
  /** Its column. */
  field: string;
  label: string;
  mine: string;
  theirs: string;
}

/** The fields of a `FieldContested`, in their order. */
export function contests(details: Refusal["details"]): Contest[] {
  const { kind = "", fields = "", ...values }: { [key in string]?: string } = details;
  return fields
    .split(" ")
    .filter(Boolean)
    .map((field) => ({
      field,
      label: formLabel(kind, field),
      mine: inWords(kind, field, values[`mine_${field}`]),
      theirs: inWords(kind, field, values[`theirs_${field}`]),
    }));
}

/** A value as it stands in a refusal: texts as they are, everything else as JSON. */
function inWords(kind: string, column: string, said = ""): string {
  if (said === "" || said === "null") return m.entry_none();
  if (kind === "ticket") {
    return column === "urgency" ? (urgencyWords[said as Urgency]?.() ?? said) : dayAndTime(Number(said));
  }
  const field = formField(kind, column);
  return field ? ofField(field, said) : said;
}

function ofField(field: Field, said: string): string {
  switch (field.type) {
    case "choice":
      return field.choices?.find(({ value }) => value === said)?.label() ?? said;
    case "switch":
      return said === "true" ? m.yes() : m.no();
    case "record":
      return names.of(field.of ?? "region", said);
    case "records":
      return (
        listed(said)
          .map((id) => names.of(field.of ?? "part", id))
          .join(m.list_comma()) || m.entry_none()
      );
    case "faults":
      return listed(said).map(faultWords).join(m.list_comma()) || m.entry_none();
    case "date":
      return dateOf(said);
    case "decimal":
      return tidy(said);
    default:
      return said;
  }
}

function faultWords(fault: unknown): string {
  const { code = "", name = "", name_en = "" } = fault as { code?: string; name?: string; name_en?: string };
  return `${code} ${named({ name, name_en })}`.trim();
}

/** A list that was written as JSON; none if it is not one. */
function listed(said: string): unknown[] {
  try {
    const list: unknown = JSON.parse(said);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
