// What is said of everything that can be refused, held or found not to fit, to whoever did it and to who looks at it.

import { formLabel } from "$lib/admin/labels";
import { dayAndTime, span } from "$lib/base/format";
import { open } from "$lib/base/open";
import { preferences } from "$lib/base/preferences.svelte";
import type { Cause, Code, Kind, Refusal, Right } from "$lib/types";
import { m } from "./index";
import { entryWords } from "./values";
import { commandWord, commandWords, fieldWord, kindWords, rightWords } from "./words";

export interface Sentence {
  what: string;
  safe: string;
  next: string;
}

type Details = { [key in string]?: string };
type Of = (key: string) => string;
type Say = (value: Of, details: Details, where: Where) => [what: string, next: string];

/** Where it was said no: right here, or at headquarters later. */
export type Where = "here" | Cause;

const list = (words: string) => words || m.unknown();
const moment = (millis: string | undefined) => (millis && Number(millis) ? dayAndTime(Number(millis)) : m.unknown());
const waited = (minutes: string) => (Number.isFinite(Number(minutes)) ? span(Number(minutes) * 60_000) : minutes);
const theRight = (of: Of) => rightWords[of("right") as Right]?.() ?? of("right");
const fieldsOf = ({ kind = "", fields = "" }: Details) =>
  fields
    .split(" ")
    .filter(Boolean)
    .map((field) => formLabel(kind, field))
    .join(m.list_comma());

/** A value as a person reads it: a moment as a day and a time, where it is one of a calendar. */
function said(field: string, value: string): string {
  const date = new Date(Number(value));
  return field.endsWith("_at") && !Number.isNaN(date.getTime()) ? dayAndTime(date.getTime()) : value;
}

const refusals: Record<Code, Say> = {
  RightMissing: (of) => [m.refusal_right_missing({ right: theRight(of) }), m.refusal_right_missing_next()],
  ActorInactive: () => [m.refusal_actor_inactive(), m.refusal_actor_inactive_next()],
  RecordMissing(of, _, where) {
    const kind = kindWords[of("kind") as Kind]?.() ?? of("kind");
    return where === "held"
      ? [m.refusal_record_missing_held({ kind }), m.refusal_record_missing_held_next()]
      : [m.refusal_record_missing({ kind }), m.refusal_record_missing_next()];
  },
  FieldEmpty: (of) => [m.refusal_field_empty({ field: fieldWord(of("field")) }), m.refusal_field_empty_next()],
  FieldTooLong: (of) => [
    m.refusal_field_too_long({ field: fieldWord(of("field")), limit: of("limit") }),
    m.refusal_field_too_long_next(),
  ],
  FieldInvalid: (of) => [
    // The name of a record tells nobody anything.
    of("field").endsWith("_id")
      ? m.refusal_field_unfit({ field: fieldWord(of("field")) })
      : m.refusal_field_invalid({ field: fieldWord(of("field")), value: said(of("field"), of("value")) }),
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
  TicketTaken(of, { engineer = "?" }) {
    const ticket = of("ticket");
    // It may be that nobody has it any more.
    if (engineer === "?") return [m.refusal_ticket_put_back({ ticket }), m.refusal_ticket_put_back_next()];
    const name = { engineer: of("engineer") };
    return [m.refusal_ticket_taken({ ticket, ...name }), m.refusal_ticket_taken_next(name)];
  },
  TicketUntaken: (of) => [
    m.refusal_ticket_untaken({ ticket: of("ticket"), waited: waited(of("waited_minutes")) }),
    m.refusal_ticket_untaken_next(),
  ],
  TicketBroughtBack: (of) => [
    m.refusal_ticket_brought_back({ ticket: of("ticket"), engineer: of("engineer") }),
    m.refusal_ticket_brought_back_next(),
  ],
  RecordBroughtBack: (of) => [
    m.refusal_record_brought_back({ name: of("name"), engineer: of("engineer") }),
    m.refusal_record_brought_back_next(),
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
  EntryContested: (of, { mine = "", theirs = "", unit = "" }) => [
    m.refusal_entry_contested({
      demand: of("demand"),
      engineer: of("engineer"),
      mine: entryWords(mine, unit),
      theirs: entryWords(theirs, unit),
    }),
    m.refusal_entry_contested_next(),
  ],
  NotAnEngineer: (of, { count, tickets = "" }) =>
    count
      ? [
          m.refusal_tickets_left({ engineer: of("engineer"), count, tickets: tickets.split(" ").join(m.list_comma()) }),
          m.refusal_tickets_left_next(),
        ]
      : [m.refusal_not_an_engineer({ engineer: of("engineer") }), m.refusal_not_an_engineer_next()],
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
  QuantityNotWhole: (of) => [
    m.refusal_quantity_not_whole({ value: of("value"), unit: of("unit") }),
    m.refusal_quantity_not_whole_next(),
  ],
  QuantityImplausible: (of, details) => [
    m.refusal_quantity_implausible({ value: `${of("value")} ${details.unit ?? ""}`.trim() }),
    m.refusal_quantity_implausible_next({ most: details.most ?? "1000000" }),
  ],
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
  DeviceKnown: (of, _, where) => [
    m.refusal_device_known({ device: of("device"), number: of("number") }),
    where === "here" ? m.refusal_device_known_next() : m.refusal_device_known_later_next(),
  ],
  FieldContested: (_, details, where) => [
    m.refusal_field_contested({ fields: list(fieldsOf(details)) }),
    where === "here" ? m.refusal_field_contested_here_next() : m.refusal_field_contested_next(),
  ],
  AttentionNotYours: () => [m.refusal_attention_not_yours(), m.refusal_attention_not_yours_next()],
  LoginTaken: (of) => [m.refusal_login_taken({ login: of("login") }), m.refusal_login_taken_next()],
  LastAdministrator: () => [m.refusal_last_administrator(), m.refusal_last_administrator_next()],
  CommandUnknown: (of) => [
    m.refusal_command_unknown({ command: commandWord(of("name")) }),
    m.refusal_command_unknown_next(),
  ],
  RequirementRefused: (of) => [
    // It may name the command only by its id, which says nothing to anybody.
    of("command") in commandWords
      ? m.refusal_requirement_refused({ command: commandWord(of("command")) })
      : m.refusal_requirement_refused_some(),
    m.refusal_requirement_refused_next(),
  ],
  OutOfSight: () => [m.refusal_out_of_sight(), m.refusal_out_of_sight_next()],
  CommandFaulty: () => [m.refusal_command_faulty(), m.refusal_command_faulty_next()],
  ClockImplausible: (_, { occurred_at, received_at }) => [
    m.refusal_clock_implausible({ occurred: moment(occurred_at), received: moment(received_at) }),
    m.refusal_clock_implausible_next(),
  ],
  ReplicaRevoked: () => [m.refusal_replica_revoked(), m.refusal_replica_revoked_next()],
};

const safe = open<Where, (name: string) => string>(
  {
    here: () => m.safe_here(),
    refused: (name) => (name ? m.safe_refused_other({ name }) : m.safe_refused()),
    held: () => m.safe_held(),
    discrepancy: (name) => (name ? m.safe_discrepancy_other({ name }) : m.safe_discrepancy()),
    quarantined: () => m.safe_quarantined(),
    reminder: () => m.safe_reminder(),
  },
  () => m.safe_newer(),
);

/** What is said of somebody else, where the sentence speaks to whoever did it. */
const whatOfOthers: { [code in Code]?: (of: Of, name: string) => string } = {
  RightMissing: (of, name) => m.refusal_right_missing_other({ name, right: theRight(of) }),
  OutOfSight: (_, name) => m.refusal_out_of_sight_other({ name }),
  AttentionNotYours: (_, name) => m.refusal_attention_not_yours_other({ name }),
  ReplicaRevoked: (_, name) => m.refusal_replica_revoked_other({ name }),
};

/** What is to be done about these is the same, whoever did it. */
const forAnybody: Code[] = [
  ...(["EntryContested", "FieldContested", "StockBelowZero", "DeviceKnown", "ClockImplausible"] as const),
  ...(["RecordMissing", "CommandUnknown", "CommandFaulty"] as const),
];

/** For whose decision something waits that was kept apart, where that can be told. */
const decidedBy: { [code in Code]?: (of: Of) => string } = {
  RightMissing: (of) => m.quarantined_waits_right({ right: theRight(of) }),
  OutOfSight: () => m.quarantined_waits_sight(),
  ReplicaRevoked: () => m.quarantined_waits_lost(),
};

/** What to do, for whoever reads it: who did it themselves, or who looks at what `name` did. */
function nextFor(code: Code, where: Where, name: string, next: string, of: Of): string {
  if (where === "quarantined")
    return decidedBy[code]?.(of) ?? (name ? m.quarantined_next_other() : m.quarantined_next());
  if (name === "" || where === "here" || forAnybody.includes(code)) return next;
  if (where === "held") return m.held_next_other();
  return where === "refused" ? m.refused_next_other({ name }) : m.discrepancy_next_other({ name });
}

/** What a refusal says. `name` is who did it, where that is not whoever reads it. */
export function refusalSentence(refusal: Refusal, where: Where, name = ""): Sentence {
  const details: Details = refusal.details;
  // A detail may come in both languages; one that is missing must not leave a hole in the sentence.
  const of = (key: string) =>
    (preferences.english ? details[`${key}_en`] || details[key] : details[key] || details[`${key}_en`]) || "…";
  const say = refusals[refusal.code];
  // A newer headquarters may know codes that this program does not.
  const [said, next] = say
    ? say(of, details, where)
    : [m.refusal_newer({ code: refusal.code }), m.refusal_newer_next()];
  const what = (name && whatOfOthers[refusal.code]?.(of, name)) || said;
  return { what, safe: safe[where](name), next: nextFor(refusal.code, where, name, next, of) };
}

/** What does not fit, although it was taken. */
export function discrepancySentence(refusal: Refusal): Sentence {
  return refusalSentence(refusal, "discrepancy");
}
