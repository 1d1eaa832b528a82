/** What the console's lists and forms show of each kind of record, and who may change it. */

import { m } from "$lib/messages";
import type { Command, Kind, Right } from "$lib/types";
import { newId } from "$lib/base/id";

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
  save: (record: Fields) => Command | null;
}

const name: Field = {
  key: "name",
  label: m.admin_field_name,
  type: "text",
  required: true,
  limit: 120,
  width: "minmax(160px, 1.4fr)",
};
const nameEn: Field = {
  key: "name_en",
  label: m.admin_field_name_en,
  type: "text",
  limit: 120,
  width: "minmax(140px, 1fr)",
};
const region: Field = {
  key: "region_id",
  label: m.admin_field_region,
  type: "record",
  of: "region",
  required: true,
  width: "120px",
};
const customer: Field = {
  key: "customer_id",
  label: m.admin_field_customer,
  type: "record",
  of: "customer",
  required: true,
  width: "minmax(140px, 1fr)",
};
const note: Field = { key: "note", label: m.admin_field_note, type: "long", limit: 4000, formOnly: true };
const phone: Field = { key: "phone", label: m.admin_field_phone, type: "text", limit: 40, width: "140px" };
const position: Field[] = [
  { key: "latitude", label: m.admin_field_latitude, type: "degrees", hint: m.admin_hint_position, formOnly: true },
  { key: "longitude", label: m.admin_field_longitude, type: "degrees", formOnly: true },
];

/** The commands take the whole record; which fields it has is written in the shape beside. */
const saved = <Name extends Command["name"]>(command: Name, key: string) => {
  return (record: Fields) => ({ name: command, payload: { [key]: record } }) as unknown as Command;
};

export const shapes: Record<AdminKind, Shape> = {
  customer: {
    kind: "customer",
    right: "edit_customer",
    title: m.admin_customers,
    one: m.admin_customer,
    fields: [
      name,
      nameEn,
      {
        key: "tier",
        label: m.admin_field_tier,
        type: "choice",
        required: true,
        width: "110px",
        choices: [
          { value: "standard", label: m.tier_standard },
          { value: "member", label: m.tier_member },
          { value: "vip", label: m.tier_vip },
        ],
      },
      region,
      note,
    ],
    blank: (region_id) => ({ id: newId(), name: "", name_en: "", tier: "standard", region_id, note: "" }),
    save: saved("SaveCustomer", "customer"),
  },
  contact: {
    kind: "contact",
    right: "edit_customer",
    title: m.admin_contacts,
    one: m.admin_contact,
    fields: [
      { ...name, limit: 80 },
      { key: "title", label: m.admin_field_function, type: "text", limit: 80, width: "140px" },
      phone,
      customer,
      {
        key: "site_id",
        label: m.admin_field_site,
        type: "record",
        of: "site",
        within: "customer_id",
        width: "minmax(120px, 1fr)",
      },
    ],
    blank: () => ({ id: newId(), customer_id: "", site_id: null, name: "", title: "", phone: "" }),
    save: saved("SaveContact", "contact"),
  },
  site: {
    kind: "site",
    right: "edit_customer",
    title: m.admin_sites,
    one: m.admin_site,
    fields: [
      name,
      nameEn,
      {
        key: "address",
        label: m.admin_field_address,
        type: "text",
        required: true,
        limit: 300,
        width: "minmax(180px, 1.6fr)",
      },
      customer,
      region,
      ...position,
    ],
    blank: (region_id) => ({
      id: newId(),
      customer_id: "",
      region_id,
      name: "",
      name_en: "",
      address: "",
      latitude: null,
      longitude: null,
    }),
    save: saved("SaveSite", "site"),
  },
  device: {
    kind: "device",
    right: "edit_customer",
    title: m.admin_devices,
    one: m.admin_device,
    fields: [
      { key: "number", label: m.admin_field_serial, type: "text", required: true, limit: 80, width: "130px" },
      name,
      nameEn,
      {
        key: "model_id",
        label: m.admin_field_model,
        type: "record",
        of: "device_model",
        required: true,
        width: "minmax(130px, 1fr)",
      },
      customer,
      {
        key: "site_id",
        label: m.admin_field_site,
        type: "record",
        of: "site",
        within: "customer_id",
        required: true,
        width: "minmax(130px, 1fr)",
      },
      { key: "place", label: m.admin_field_place, type: "text", limit: 120, width: "110px" },
      {
        key: "state",
        label: m.admin_field_state,
        type: "choice",
        required: true,
        width: "100px",
        choices: [
          { value: "in_service", label: m.device_state_in_service },
          { value: "stopped", label: m.device_state_stopped },
          { value: "retired", label: m.device_state_retired },
        ],
      },
      { key: "installed_on", label: m.admin_field_installed_on, type: "date", formOnly: true },
      { key: "warranty_until_on", label: m.admin_field_warranty_until_on, type: "date", width: "120px" },
      note,
    ],
    blank: () => ({
      id: newId(),
      number: "",
      name: "",
      name_en: "",
      model_id: "",
      site_id: "",
      customer_id: "",
      place: "",
      state: "in_service",
      installed_on: null,
      warranty_until_on: null,
      note: "",
    }),
    save: saved("SaveDevice", "device"),
  },
  device_model: {
    kind: "device_model",
    right: "edit_catalogue",
    title: m.admin_device_models,
    one: m.admin_device_model,
    fields: [
      { key: "maker", label: m.admin_field_maker, type: "text", required: true, limit: 80, width: "140px" },
      name,
      nameEn,
      {
        key: "category",
        label: m.admin_field_category,
        type: "text",
        required: true,
        limit: 60,
        width: "140px",
        hint: m.admin_hint_model_category,
      },
      { key: "part_ids", label: m.admin_field_usual_parts, type: "records", of: "part", formOnly: true },
      { key: "faults", label: m.admin_field_faults, type: "faults", formOnly: true },
    ],
    blank: () => ({ id: newId(), maker: "", name: "", name_en: "", category: "", part_ids: [], faults: [] }),
    save: saved("SaveDeviceModel", "device_model"),
  },
  part: {
    kind: "part",
    right: "edit_catalogue",
    title: m.admin_parts,
    one: m.admin_part,
    fields: [
      { key: "number", label: m.admin_field_part_number, type: "text", required: true, limit: 60, width: "130px" },
      name,
      nameEn,
      { key: "category", label: m.admin_field_category, type: "text", limit: 60, width: "120px" },
      {
        key: "unit",
        label: m.admin_field_unit,
        type: "text",
        required: true,
        limit: 12,
        width: "80px",
        hint: m.admin_hint_unit,
      },
      {
        key: "minimum",
        label: m.admin_field_minimum,
        type: "decimal",
        required: true,
        width: "100px",
        hint: m.admin_hint_minimum,
      },
    ],
    blank: () => ({ id: newId(), number: "", name: "", name_en: "", unit: "pcs", category: "", minimum: "0" }),
    save: saved("SavePart", "part"),
  },
  stock_location: {
    kind: "stock_location",
    right: "edit_catalogue",
    title: m.admin_stock_locations,
    one: m.admin_stock_location,
    fields: [
      name,
      nameEn,
      {
        key: "location_kind",
        label: m.admin_field_location_kind,
        type: "choice",
        required: true,
        width: "120px",
        choices: [
          { value: "warehouse", label: m.location_kind_warehouse },
          { value: "van", label: m.location_kind_van },
          { value: "bin", label: m.location_kind_bin },
          { value: "project", label: m.location_kind_project },
        ],
      },
      region,
      {
        key: "parent_id",
        label: m.admin_field_inside,
        type: "record",
        of: "stock_location",
        width: "minmax(120px, 1fr)",
      },
      ...position,
    ],
    blank: (region_id) => ({
      id: newId(),
      location_kind: "warehouse",
      name: "",
      name_en: "",
      region_id,
      parent_id: null,
      latitude: null,
      longitude: null,
    }),
    save: saved("SaveStockLocation", "stock_location"),
  },
  user: {
    kind: "user",
    right: "edit_person",
    title: m.admin_users,
    one: m.admin_user,
    fields: [
      { ...name, limit: 80 },
      { ...nameEn, label: m.admin_field_name_latin, limit: 80 },
      { key: "login", label: m.admin_field_login, type: "text", required: true, limit: 60, width: "120px" },
      { key: "role_id", label: m.admin_field_role, type: "record", of: "role", required: true, width: "120px" },
      region,
      phone,
      { key: "van_id", label: m.admin_field_van, type: "record", of: "stock_location", width: "minmax(120px, 1fr)" },
      { key: "active", label: m.admin_field_active, type: "switch", width: "90px", hint: m.admin_hint_active },
    ],
    blank: (region_id) => ({
      id: newId(),
      login: "",
      name: "",
      name_en: "",
      phone: "",
      role_id: "",
      region_id,
      van_id: null,
      active: true,
    }),
    save: saved("SaveUser", "user"),
  },
  region: {
    kind: "region",
    right: "edit_person",
    title: m.admin_regions,
    one: m.admin_region,
    fields: [
      { ...name, limit: 80 },
      { ...nameEn, limit: 80 },
      {
        key: "parent_id",
        label: m.admin_field_region_above,
        type: "record",
        of: "region",
        width: "minmax(140px, 1fr)",
      },
    ],
    blank: () => ({ id: newId(), name: "", name_en: "", parent_id: null }),
    save: saved("SaveRegion", "region"),
  },
  replica: {
    kind: "replica",
    right: "edit_person",
    title: m.admin_replicas,
    one: m.admin_replica,
    fields: [],
    blank: () => ({ id: newId() }),
    save: () => null,
  },
};

export const isAdminKind = (value: string): value is AdminKind => (adminKinds as readonly string[]).includes(value);
