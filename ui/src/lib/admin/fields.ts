/** Fields that several kinds of records share. */

import { m } from "$lib/messages";
import type { Command } from "$lib/types";
import type { Field, Fields } from "./shape";

export const name: Field = {
  key: "name",
  label: m.admin_field_name,
  type: "text",
  required: true,
  limit: 120,
  width: "minmax(160px, 1.4fr)",
};
export const nameEn: Field = {
  key: "name_en",
  label: m.admin_field_name_en,
  type: "text",
  limit: 120,
  width: "minmax(140px, 1fr)",
};
export const region: Field = {
  key: "region_id",
  label: m.admin_field_region,
  type: "record",
  of: "region",
  required: true,
  width: "120px",
};
export const customer: Field = {
  key: "customer_id",
  label: m.admin_field_customer,
  type: "record",
  of: "customer",
  required: true,
  width: "minmax(140px, 1fr)",
};
export const note: Field = { key: "note", label: m.admin_field_note, type: "long", limit: 4000, formOnly: true };
export const phone: Field = { key: "phone", label: m.admin_field_phone, type: "text", limit: 40, width: "140px" };
export const position: Field[] = [
  { key: "latitude", label: m.admin_field_latitude, type: "degrees", hint: m.admin_hint_position, formOnly: true },
  { key: "longitude", label: m.admin_field_longitude, type: "degrees", formOnly: true },
];

/** The commands take the whole record; which fields it has is written in the shape beside. */
export const saved = <Name extends Command["name"]>(command: Name, key: string, besides: object = {}) => {
  return (record: Fields, from: Fields | null) =>
    ({ name: command, payload: { [key]: record, from, ...besides } }) as unknown as Command;
};
