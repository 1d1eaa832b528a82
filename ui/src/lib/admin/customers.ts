import { m } from "$lib/messages";
import { customer, name, nameEn, note, phone, position, region, site } from "./fields";
import { shapeOf } from "./shape";

export const customers = {
  customer: shapeOf({
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
        width: "110px",
        words: { standard: m.tier_standard, member: m.tier_member, vip: m.tier_vip },
      },
      region,
      note,
    ],
  }),
  contact: shapeOf({
    kind: "contact",
    right: "edit_customer",
    title: m.admin_contacts,
    one: m.admin_contact,
    fields: [name, { key: "title", label: m.admin_field_function, width: "140px" }, phone, customer, site],
  }),
  site: shapeOf({
    kind: "site",
    right: "edit_customer",
    title: m.admin_sites,
    one: m.admin_site,
    fields: [
      name,
      nameEn,
      { key: "address", label: m.admin_field_address, width: "minmax(180px, 1.6fr)" },
      customer,
      region,
      ...position,
    ],
  }),
  device: shapeOf({
    kind: "device",
    right: "edit_customer",
    title: m.admin_devices,
    one: m.admin_device,
    fields: [
      { key: "number", label: m.admin_field_serial, width: "130px" },
      name,
      nameEn,
      { key: "model_id", label: m.admin_field_model, width: "minmax(130px, 1fr)" },
      customer,
      site,
      { key: "place", label: m.admin_field_place, width: "110px" },
      {
        key: "state",
        label: m.admin_field_state,
        width: "100px",
        words: {
          in_service: m.device_state_in_service,
          stopped: m.device_state_stopped,
          retired: m.device_state_retired,
        },
      },
      { key: "installed_on", label: m.admin_field_installed_on, formOnly: true },
      { key: "warranty_until_on", label: m.admin_field_warranty_until_on, width: "120px" },
      note,
    ],
    besides: { although_known: false },
  }),
};
