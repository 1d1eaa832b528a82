/** What the forms call the fields of records, by the names of their columns. */

import { m } from "$lib/messages";
import { fieldWord } from "$lib/messages/words";
import type { Field } from "./shape";
import { isAdminKind, shapes } from "./kinds";

/** Fields of tickets, which have a sheet of their own. */
const ticket: Record<string, () => string> = {
  urgency: m.board_urgency,
  planned_at: m.board_planned,
  due_at: m.board_due,
};

/** The field of the form of a kind, if it has one. */
export function formField(kind: string, column: string): Field | undefined {
  const shape = isAdminKind(kind) ? shapes[kind] : undefined;
  return shape?.fields.find(({ key }) => key === column);
}

/** Its label; a word for it where no form has it. */
export function formLabel(kind: string, column: string): string {
  const own = kind === "ticket" ? ticket[column] : undefined;
  return (own ?? formField(kind, column)?.label)?.() ?? fieldWord(column);
}
