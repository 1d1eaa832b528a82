import { m } from "$lib/messages";
import { name, nameEn, phone, region } from "./fields";
import { shapeOf } from "./shape";

export const people = {
  user: shapeOf({
    kind: "user",
    right: "edit_person",
    title: m.admin_users,
    one: m.admin_user,
    fields: [
      name,
      { ...nameEn, label: m.admin_field_name_latin },
      { key: "login", label: m.admin_field_login, width: "120px" },
      { key: "role_id", label: m.admin_field_role, width: "120px" },
      region,
      phone,
      {
        key: "van_id",
        label: m.admin_field_van,
        only: { field: "location_kind", is: "van" },
        width: "minmax(120px, 1fr)",
      },
      { key: "active", label: m.admin_field_active, width: "90px", hint: m.admin_hint_active },
    ],
  }),
  region: shapeOf({
    kind: "region",
    right: "edit_person",
    title: m.admin_regions,
    one: m.admin_region,
    fields: [name, nameEn, { key: "parent_id", label: m.admin_field_region_above, width: "minmax(140px, 1fr)" }],
  }),
  // What is installed is enrolled, and not made here.
  replica: {
    ...shapeOf({
      kind: "replica",
      right: "edit_person",
      title: m.admin_replicas,
      one: m.admin_replica,
      fields: [],
    }),
    save: () => null,
  },
};
