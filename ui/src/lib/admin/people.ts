import { newId } from "$lib/base/id";
import { m } from "$lib/messages";
import { name, nameEn, region, phone, saved } from "./fields";
import type { AdminKind, Shape } from "./shape";

export const people = {
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
      {
        key: "van_id",
        label: m.admin_field_van,
        type: "record",
        of: "stock_location",
        only: { field: "location_kind", is: "van" },
        width: "minmax(120px, 1fr)",
      },
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
} satisfies Partial<Record<AdminKind, Shape>>;
