import { m } from "$lib/messages";
import { name, nameEn, position, region } from "./fields";
import { shapeOf } from "./shape";

export const catalogue = {
  device_model: shapeOf({
    kind: "device_model",
    right: "edit_catalogue",
    title: m.admin_device_models,
    one: m.admin_device_model,
    fields: [
      { key: "maker", label: m.admin_field_maker, width: "140px" },
      name,
      nameEn,
      { key: "category", label: m.admin_field_category, width: "140px", hint: m.admin_hint_model_category },
      { key: "part_ids", label: m.admin_field_usual_parts, formOnly: true },
      { key: "faults", label: m.admin_field_faults, formOnly: true },
    ],
  }),
  part: shapeOf({
    kind: "part",
    right: "edit_catalogue",
    title: m.admin_parts,
    one: m.admin_part,
    fields: [
      { key: "number", label: m.admin_field_part_number, width: "130px" },
      name,
      nameEn,
      { key: "category", label: m.admin_field_category, width: "120px" },
      { key: "unit", label: m.admin_field_unit, width: "80px", hint: m.admin_hint_unit },
      { key: "minimum", label: m.admin_field_minimum, width: "100px", hint: m.admin_hint_minimum },
    ],
    start: { unit: "pcs" },
  }),
  stock_location: shapeOf({
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
        width: "120px",
        words: {
          warehouse: m.location_kind_warehouse,
          van: m.location_kind_van,
          bin: m.location_kind_bin,
          project: m.location_kind_project,
        },
      },
      region,
      { key: "parent_id", label: m.admin_field_inside, width: "minmax(120px, 1fr)" },
      ...position,
    ],
  }),
};
