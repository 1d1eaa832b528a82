/** How fields look that several kinds of records share. */

import { m } from "$lib/messages";
import type { Look } from "./shape";

export const name: Look = { key: "name", label: m.admin_field_name, width: "minmax(160px, 1.4fr)" };
export const nameEn: Look = { key: "name_en", label: m.admin_field_name_en, width: "minmax(140px, 1fr)" };
export const region: Look = { key: "region_id", label: m.admin_field_region, width: "120px" };
export const customer: Look = { key: "customer_id", label: m.admin_field_customer, width: "minmax(140px, 1fr)" };
export const site: Look = {
  key: "site_id",
  label: m.admin_field_site,
  within: "customer_id",
  width: "minmax(130px, 1fr)",
};
export const note: Look = { key: "note", label: m.admin_field_note, formOnly: true };
export const phone: Look = { key: "phone", label: m.admin_field_phone, width: "140px" };
export const position: Look[] = [
  { key: "latitude", label: m.admin_field_latitude, hint: m.admin_hint_position, formOnly: true },
  { key: "longitude", label: m.admin_field_longitude, formOnly: true },
];
