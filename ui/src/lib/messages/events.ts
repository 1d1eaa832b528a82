// What the timeline says of each event.

import { preferences } from "$lib/base/preferences.svelte";
import type { Event } from "$lib/types";
import { m } from "./index";
import { entryWords } from "./values";

/** The events that this program knows; a newer headquarters may tell of others. */
export const EVENTS = [
  "TicketOpened",
  "TicketClaimed",
  "TicketAssigned",
  "TicketUnassigned",
  "TicketHandedOver",
  "TicketTriaged",
  "TicketCancelled",
  "TicketCompleted",
  "StepStarted",
  "StepResumed",
  "StepPaused",
  "StepCompleted",
  "StepCompletedAgain",
  "EntryRecorded",
  "EntryContested",
  "EntryChosen",
  "NoteAdded",
  "FileAttached",
  "PartUsed",
  "PartReturned",
] as const;

export type EventName = (typeof EVENTS)[number];
type Of = (key: string) => string;

const sentences: Record<EventName, (of: Of) => string> = {
  TicketOpened: () => m.event_ticket_opened(),
  TicketClaimed: () => m.event_ticket_claimed(),
  TicketAssigned: (of) => m.event_ticket_assigned({ engineer: of("engineer") }),
  TicketUnassigned: () => m.event_ticket_unassigned(),
  TicketHandedOver: (of) => withNote(m.event_ticket_handed_over({ engineer: of("engineer") }), of("note")),
  TicketTriaged: () => m.event_ticket_triaged(),
  TicketCancelled: (of) => m.event_ticket_cancelled({ reason: of("reason") }),
  TicketCompleted: () => m.event_ticket_completed(),
  StepStarted: (of) => m.event_step_started({ step: of("step") }),
  StepResumed: (of) => m.event_step_resumed({ step: of("step") }),
  StepPaused: (of) => m.event_step_paused({ step: of("step"), reason: of("reason") }),
  StepCompleted: (of) => m.event_step_completed({ step: of("step") }),
  StepCompletedAgain: (of) => m.event_step_completed_again({ step: of("step") }),
  EntryRecorded: (of) =>
    of("demand_kind") === "confirm"
      ? m.event_entry_confirmed({ demand: of("demand") })
      : m.event_entry_recorded({ demand: of("demand"), value: of("value"), unit: of("unit") }).trim(),
  EntryContested: (of) =>
    m.event_entry_contested({
      demand: of("demand"),
      value: entryWords(of("value"), of("unit")),
      holds: entryWords(of("holds"), of("unit")),
    }),
  EntryChosen: (of) =>
    m.event_entry_chosen({
      demand: of("demand"),
      value: entryWords(of("value"), of("unit")),
      engineer: of("engineer"),
    }),
  NoteAdded: (of) => m.event_note_added({ text: of("text") }),
  FileAttached: (of) =>
    of("purpose") === "photo"
      ? m.event_photo_attached()
      : of("purpose") === "signature"
        ? m.event_signature_attached({ name: of("name") })
        : m.event_file_attached({ name: of("name") }),
  PartUsed: (of) => m.event_part_used({ quantity: of("quantity"), unit: of("unit"), part: of("part") }),
  PartReturned: (of) => m.event_part_returned({ quantity: of("quantity"), unit: of("unit"), part: of("part") }),
};

function withNote(sentence: string, note: string): string {
  return note === "" ? sentence : `${sentence} · ${note}`;
}

export function eventSentence(event: Event): string {
  const details: { [key in string]?: string } = event.details;
  const of: Of = (key) =>
    (preferences.english ? details[`${key}_en`] || details[key] : details[key] || details[`${key}_en`]) || "";
  const say = sentences[event.name as EventName];
  return say ? say(of) : m.event_other({ name: event.name });
}
