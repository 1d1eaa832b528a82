// The words for every value that records hold. Each table is complete by its type.

import { open as openTable } from "$lib/base/open";
import { preferences } from "$lib/base/preferences.svelte";
import type {
  Cause,
  Command,
  DeviceState,
  Kind,
  MovementKind,
  ReadyCheck,
  Right,
  StepState,
  StockLocationKind,
  TicketKind,
  TicketState,
  Tier,
  Urgency,
} from "$lib/types";
import { m } from "./index";

type Words<K extends string> = Record<K, () => string>;
const open = <K extends string>(known: Words<K>): Words<K> => openTable(known, () => m.newer_choice());

export const kindWords: Words<Kind> = {
  region: m.kind_region,
  role: m.kind_role,
  user: m.kind_user,
  customer: m.kind_customer,
  contact: m.kind_contact,
  site: m.kind_site,
  device_model: m.kind_device_model,
  device: m.kind_device,
  tag: m.kind_tag,
  workflow: m.kind_workflow,
  ticket: m.kind_ticket,
  step: m.kind_step,
  event: m.kind_event,
  attachment: m.kind_attachment,
  part: m.kind_part,
  stock_location: m.kind_stock_location,
  stock_movement: m.kind_stock_movement,
  stock_level: m.kind_stock_level,
  attention: m.kind_attention,
  replica: m.kind_replica,
};

export const stateWords = open<TicketState>({
  open: m.state_open,
  assigned: m.state_assigned,
  active: m.state_active,
  paused: m.state_paused,
  done: m.state_done,
  cancelled: m.state_cancelled,
});

export const stepStateWords = open<StepState>({
  waiting: m.step_state_waiting,
  active: m.step_state_active,
  paused: m.step_state_paused,
  done: m.step_state_done,
});

export const urgencyWords = open<Urgency>({
  low: m.urgency_low,
  normal: m.urgency_normal,
  high: m.urgency_high,
  urgent: m.urgency_urgent,
});

export const ticketKindWords = open<TicketKind>({
  repair: m.ticket_kind_repair,
  installation: m.ticket_kind_installation,
  maintenance: m.ticket_kind_maintenance,
});

export const deviceStateWords = open<DeviceState>({
  in_service: m.device_state_in_service,
  stopped: m.device_state_stopped,
  retired: m.device_state_retired,
});

export const tierWords = open<Tier>({ standard: m.tier_standard, member: m.tier_member, vip: m.tier_vip });

export const locationKindWords = open<StockLocationKind>({
  warehouse: m.location_kind_warehouse,
  van: m.location_kind_van,
  bin: m.location_kind_bin,
  project: m.location_kind_project,
});

export const movementWords = open<MovementKind>({
  receive: m.movement_receive,
  issue: m.movement_issue,
  transfer: m.movement_transfer,
  use: m.movement_use,
  return: m.movement_return,
  adjust: m.movement_adjust,
});

export const rightWords = open<Right>({
  open_ticket: m.right_open_ticket,
  work_ticket: m.right_work_ticket,
  assign_ticket: m.right_assign_ticket,
  use_part: m.right_use_part,
  keep_stock: m.right_keep_stock,
  edit_catalogue: m.right_edit_catalogue,
  edit_customer: m.right_edit_customer,
  edit_person: m.right_edit_person,
  see_all_regions: m.right_see_all_regions,
});

export const causeWords = open<Cause>({
  refused: m.cause_refused,
  held: m.cause_held,
  discrepancy: m.cause_discrepancy,
  quarantined: m.cause_quarantined,
  reminder: m.cause_reminder,
});

export const commandWords: Words<Command["name"]> = {
  OpenTicket: m.command_open_ticket,
  ClaimTicket: m.command_claim_ticket,
  AssignTicket: m.command_assign_ticket,
  HandOverTicket: m.command_hand_over_ticket,
  TriageTicket: m.command_triage_ticket,
  CancelTicket: m.command_cancel_ticket,
  RemindTicket: m.command_remind_ticket,
  StartStep: m.command_start_step,
  PauseStep: m.command_pause_step,
  RecordEntry: m.command_record_entry,
  CompleteStep: m.command_complete_step,
  ChooseEntry: m.command_choose_entry,
  AddNote: m.command_add_note,
  AttachFile: m.command_attach_file,
  UsePart: m.command_use_part,
  ReturnPart: m.command_return_part,
  ReceiveStock: m.command_receive_stock,
  IssueStock: m.command_issue_stock,
  TransferStock: m.command_transfer_stock,
  AdjustStock: m.command_adjust_stock,
  CountStock: m.command_count_stock,
  HandOverAttention: m.command_hand_over_attention,
  ResolveAttention: m.command_resolve_attention,
  ReleaseCommand: m.command_release_command,
  BindTag: m.command_bind_tag,
  SaveCustomer: m.command_save_customer,
  SaveContact: m.command_save_contact,
  SaveSite: m.command_save_site,
  SaveDevice: m.command_save_device,
  SaveDeviceModel: m.command_save_device_model,
  SavePart: m.command_save_part,
  SaveStockLocation: m.command_save_stock_location,
  SaveUser: m.command_save_user,
  SaveRegion: m.command_save_region,
  BringBack: m.command_bring_back,
};

/** The word for a command by the name that a record holds, which may come from a newer version. */
export function commandWord(name: string): string {
  return name in commandWords ? commandWords[name as Command["name"]]() : name;
}

const fieldWords: Record<string, () => string> = {
  number: m.field_number,
  name: m.field_name,
  name_en: m.field_name_en,
  title: m.field_title,
  description: m.field_description,
  reason: m.field_reason,
  note: m.field_note,
  text: m.field_text,
  value: m.field_value,
  fault_code: m.field_fault_code,
  position: m.field_position,
  minimum: m.field_minimum,
  unit: m.field_unit,
  category: m.field_category,
  address: m.field_address,
  phone: m.field_phone,
  login: m.field_login,
  code: m.field_code,
  place: m.field_place,
  maker: m.field_maker,
  resolution: m.field_resolution,
  demand: m.field_demand,
  planned_at: m.field_planned_at,
  due_at: m.field_due_at,
  taken_at: m.field_taken_at,
  counted_at: m.field_counted_at,
  device_id: m.field_device_id,
  contact_id: m.field_contact_id,
  customer_id: m.field_customer_id,
  step_id: m.field_step_id,
  size_bytes: m.field_size_bytes,
};

/** The word for a field; its own name where there is none. */
export function fieldWord(field: string): string {
  return fieldWords[field]?.() ?? m.field_other({ field });
}

type ReadyWords = (value: string) => string;
const checks: Record<ReadyCheck, { fine: ReadyWords; missing: ReadyWords }> = {
  sent: { fine: () => m.ready_sent_fine(), missing: (value) => m.ready_sent_missing({ value }) },
  fresh: {
    fine: (value) => m.ready_fresh_fine({ value }),
    missing: (value) => (value === "" ? m.ready_fresh_never() : m.ready_fresh_missing({ value })),
  },
  data: {
    fine: () => m.ready_data_fine(),
    missing: (value) => {
      const kinds = value.split(", ").map((kind) => kindWords[kind as Kind]?.() ?? kind);
      return m.ready_data_missing({ value: kinds.join(bilingual("、", ", ")) });
    },
  },
  parts: { fine: () => m.ready_parts_fine(), missing: (value) => m.ready_parts_missing({ value }) },
  room: { fine: (value) => m.ready_room_fine({ value }), missing: (value) => m.ready_room_missing({ value }) },
  attention: { fine: () => m.ready_attention_fine(), missing: (value) => m.ready_attention_missing({ value }) },
};

export function readySentence(check: ReadyCheck, fine: boolean, value: string): string {
  return checks[check][fine ? "fine" : "missing"](value);
}

/** The name of a record in the language of the screen. */
export function named(record: { name: string; name_en?: string } | null | undefined): string {
  return record ? bilingual(record.name, record.name_en ?? "") : "";
}

/** One of two names, by the language of the screen. */
export function bilingual(name: string, nameEn: string): string {
  return preferences.english && nameEn !== "" ? nameEn : name || nameEn;
}
