// A sentence for everything that can go otherwise than hoped: what happened, what is safe, what to do.

import { preferences } from "$lib/base/preferences.svelte";
import type {
  Cause,
  Code,
  Failure,
  FailureCode,
  Kind,
  Refusal,
  Right,
  SyncState,
  SyncTrouble,
  SyncView,
} from "$lib/types";
import { m } from "./index";
import { commandWord, fieldWord, kindWords, rightWords } from "./words";

export interface Sentence {
  what: string;
  safe: string;
  next: string;
}

type Details = { [key in string]?: string };
type Say = (value: (key: string) => string, details: Details) => [what: string, next: string];

const list = (words: string) => words || m.unknown();

const refusals: Record<Code, Say> = {
  RightMissing: (of) => [
    m.refusal_right_missing({ right: rightWords[of("right") as Right]?.() ?? of("right") }),
    m.refusal_right_missing_next(),
  ],
  ActorInactive: () => [m.refusal_actor_inactive(), m.refusal_actor_inactive_next()],
  RecordMissing: (of) => [
    m.refusal_record_missing({ kind: kindWords[of("kind") as Kind]?.() ?? of("kind") }),
    m.refusal_record_missing_next(),
  ],
  FieldEmpty: (of) => [m.refusal_field_empty({ field: fieldWord(of("field")) }), m.refusal_field_empty_next()],
  FieldTooLong: (of) => [
    m.refusal_field_too_long({ field: fieldWord(of("field")), limit: of("limit") }),
    m.refusal_field_too_long_next(),
  ],
  FieldInvalid: (of) => [
    m.refusal_field_invalid({ field: fieldWord(of("field")), value: of("value") }),
    m.refusal_field_invalid_next(),
  ],
  TicketNotYours: (of) => [
    m.refusal_ticket_not_yours({ ticket: of("ticket"), engineer: of("engineer") }),
    m.refusal_ticket_not_yours_next({ engineer: of("engineer") }),
  ],
  TicketClosed: (of, details) => [
    details.state === "cancelled"
      ? m.refusal_ticket_closed_cancelled({ ticket: of("ticket") })
      : m.refusal_ticket_closed_done({ ticket: of("ticket") }),
    m.refusal_ticket_closed_next(),
  ],
  TicketTaken: (of) => [
    m.refusal_ticket_taken({ ticket: of("ticket"), engineer: of("engineer") }),
    m.refusal_ticket_taken_next({ engineer: of("engineer") }),
  ],
  StepNotYours: (of) => [
    m.refusal_step_not_yours({ step: of("step"), roles: of("roles") }),
    m.refusal_step_not_yours_next(),
  ],
  StepDone: (of) => [m.refusal_step_done({ step: of("step"), engineer: of("engineer") }), m.refusal_step_done_next()],
  StepOutOfOrder: (of) => [
    m.refusal_step_out_of_order({ step: of("step"), before: of("before") }),
    m.refusal_step_out_of_order_next({ before: of("before") }),
  ],
  StepNotActive: (of) => [m.refusal_step_not_active({ step: of("step") }), m.refusal_step_not_active_next()],
  DemandsMissing: (of) => [
    m.refusal_demands_missing({ step: of("step"), demands: list(of("demands")) }),
    m.refusal_demands_missing_next(),
  ],
  ReadingImplausible: (of, details) => [
    m.refusal_reading_implausible({
      demand: of("demand"),
      value: of("value"),
      unit: details.unit ?? "",
      minimum: details.minimum || "…",
      maximum: details.maximum || "…",
    }),
    m.refusal_reading_implausible_next(),
  ],
  QuantityNotPositive: () => [m.refusal_quantity_not_positive(), m.refusal_quantity_not_positive_next()],
  StockBelowZero: (of, details) => [
    m.refusal_stock_below_zero({
      location: of("location"),
      part: of("part"),
      level: of("level"),
      quantity: of("quantity"),
      unit: details.unit ?? "",
    }),
    m.refusal_stock_below_zero_next(),
  ],
  ReturnExceedsUse: (of) => [
    m.refusal_return_exceeds_use({ used: of("used"), part: of("part"), ticket: of("ticket") }),
    m.refusal_return_exceeds_use_next(),
  ],
  SamePlace: () => [m.refusal_same_place(), m.refusal_same_place_next()],
  CodeTaken: (of) => [m.refusal_code_taken({ code: of("code") }), m.refusal_code_taken_next()],
  CommandUnknown: (of) => [
    m.refusal_command_unknown({ command: commandWord(of("name")) }),
    m.refusal_command_unknown_next(),
  ],
  RequirementRefused: (of) => [
    m.refusal_requirement_refused({ command: commandWord(of("command")) }),
    m.refusal_requirement_refused_next(),
  ],
  OutOfSight: () => [m.refusal_out_of_sight(), m.refusal_out_of_sight_next()],
  ReplicaRevoked: () => [m.refusal_replica_revoked(), m.refusal_replica_revoked_next()],
};

/** Where it was said no: right here, or at headquarters later. */
export type Where = "here" | Cause;

const safe: Record<Where, () => string> = {
  here: m.safe_here,
  refused: m.safe_refused,
  held: m.safe_held,
  discrepancy: m.safe_discrepancy,
};

/** What a refusal says. */
export function refusalSentence(refusal: Refusal, where: Where): Sentence {
  const details: Details = refusal.details;
  // A detail may come in both languages; one that is missing must not leave a hole in the sentence.
  const of = (key: string) =>
    (preferences.english ? details[`${key}_en`] || details[key] : details[key] || details[`${key}_en`]) || "…";
  const say = refusals[refusal.code];
  // A newer headquarters may know codes that this program does not.
  const [what, next] = say ? say(of, details) : [`${refusal.code}`, ""];
  return { what, safe: safe[where](), next };
}

/** What does not fit, although it was taken. */
export function discrepancySentence(refusal: Refusal): Sentence {
  return refusalSentence(refusal, "discrepancy");
}

const failures: Record<FailureCode, (detail: string) => [what: string, safe: string, next: string]> = {
  not_here: () => [m.failure_not_here(), m.failure_safe(), m.failure_not_here_next()],
  not_understood: () => [m.failure_not_understood(), m.failure_safe(), m.failure_not_understood_next()],
  signed_out: () => [m.failure_signed_out(), m.failure_safe(), m.failure_signed_out_next()],
  wrong_password: () => [m.failure_wrong_password(), "", m.failure_wrong_password_next()],
  not_allowed: () => [m.failure_not_allowed(), m.failure_safe(), m.failure_not_allowed_next()],
  invitation_invalid: () => [m.failure_invitation_invalid(), "", m.failure_invitation_invalid_next()],
  unreachable: () => [m.failure_unreachable(), m.failure_safe(), m.failure_unreachable_next()],
  picture_unreadable: () => [m.failure_picture_unreadable(), m.failure_safe(), m.failure_picture_unreadable_next()],
  busy: () => [m.failure_busy(), m.failure_safe(), m.failure_busy_next()],
  too_large: () => [m.failure_too_large(), m.failure_safe(), m.failure_too_large_next()],
  disk_full: () => [m.failure_disk_full(), m.failure_disk_full_safe(), m.failure_disk_full_next()],
  damaged: () => [m.failure_damaged(), m.failure_damaged_safe(), m.failure_damaged_next()],
  locked: () => [m.failure_locked(), m.failure_locked_safe(), m.failure_locked_next()],
  outbox_not_empty: () => [m.failure_outbox_not_empty(), m.failure_safe(), m.failure_outbox_not_empty_next()],
  internal: (detail) => [m.failure_internal(), m.failure_safe(), m.failure_internal_next({ detail })],
};

/** What a failure says. */
export function failureSentence(failure: Failure): Sentence {
  const [what, safely, next] = (failures[failure.code] ?? failures.internal)(failure.detail);
  return { what, safe: safely, next };
}

const troubles: Record<SyncTrouble, () => string> = {
  unreachable: m.sync_trouble_unreachable,
  not_headquarters: m.sync_trouble_not_headquarters,
  headquarters_failing: m.sync_trouble_headquarters_failing,
  sign_in_expired: m.sync_trouble_sign_in_expired,
  revoked: m.sync_trouble_revoked,
  disk_full: m.sync_trouble_disk_full,
  stopped: m.sync_trouble_stopped,
  internal: m.sync_trouble_internal,
};

export function troubleSentence(trouble: SyncTrouble): string {
  return (troubles[trouble] ?? troubles.internal)();
}

const states: Record<SyncState, (sync: SyncView) => string> = {
  settled: () => m.sync_settled(),
  filling: ({ arrived, expected }) =>
    expected > 0
      ? m.sync_filling_some({ percent: Math.min(99, Math.floor((100 * arrived) / expected)) })
      : m.sync_filling(),
  waiting: ({ waiting, files_waiting, waiting_for_wifi }) =>
    waiting === 0 && files_waiting > 0 && files_waiting === waiting_for_wifi
      ? m.sync_waiting_for_wifi({ count: waiting_for_wifi })
      : m.sync_waiting({ count: waiting + files_waiting }),
  offline: () => m.sync_offline(),
  needs_you: (sync) => m.sync_needs_you({ count: sync.attention }),
  headquarters: () => m.sync_headquarters(),
};

/** The words on the chip. */
export function syncWords(sync: SyncView): string {
  return states[sync.state](sync);
}
