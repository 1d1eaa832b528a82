/** What a form says before it asks: the same limits as the rules, so that nothing goes out that would come back. */

import { readDecimal } from "$lib/base/decimal";
import { readQuantity } from "$lib/base/quantity";
import { m } from "$lib/messages";
import { numberSentence } from "$lib/messages/numbers";
import type { Field, Fields } from "./kinds";

/** A sentence per field that does not fit. */
export function faultsOf(fields: Field[], record: Fields): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const sentence = faultOf(field, record[field.key]);
    if (sentence) faults[field.key] = sentence;
  }
  return faults;
}

function faultOf(field: Field, value: unknown): string | null {
  const text = typeof value === "string" ? value.trim() : "";
  if (field.required && (value === null || value === undefined || (typeof value === "string" && text === ""))) {
    return m.admin_fault_empty({ field: field.label() });
  }
  if (field.limit && text.length > field.limit) {
    return m.admin_fault_long({ field: field.label(), limit: String(field.limit) });
  }
  if (field.type === "decimal" && text !== "") {
    const read = readQuantity(text);
    if (read.is !== "number") return numberSentence(read, text);
    if (read.value.startsWith("-")) return m.admin_fault_number({ field: field.label() });
  }
  if (field.type === "degrees" && value !== null && value !== undefined) {
    const most = field.key === "latitude" ? 90 : 180;
    if (typeof value !== "number" || !Number.isFinite(value) || Math.abs(value) > most) {
      return m.admin_fault_degrees({ field: field.label(), most: String(most) });
    }
  }
  return null;
}

/**
 * As the record is stored: texts trimmed, decimals in the ledger's writing. What nobody touched stays as it was seen, so
 * that it does not count as changed.
 */
export function tidied(fields: Field[], record: Fields, from: Fields | null): Fields {
  const result: Fields = { ...record };
  for (const { key, type } of fields) {
    const value = result[key];
    if (typeof value !== "string" || value === from?.[key]) continue;
    if (type === "decimal") result[key] = readDecimal(value) ?? value;
    else if (type === "date" || (type === "record" && value === "")) result[key] = value.trim() || null;
    else result[key] = value.trim();
  }
  return result;
}
