// What the timeline says of each event.

import { span } from "$lib/base/format";
import { preferences } from "$lib/base/preferences.svelte";
import type { EVENTS, EventView } from "$lib/types";
import { m } from "./index";
import { entryWords } from "./values";

/** What stands in no timeline: headquarters reacts to it. */
type Untold = "StockMoved" | "RecordSaved" | "TimerDue";

/** The events of timelines that this program knows; a newer headquarters may tell of others. */
export type EventName = Exclude<(typeof EVENTS)[number], Untold>;
type Of = (key: string) => string;

/** For each event its sentence. */
export const sentences: Record<EventName, (of: Of) => string> = {
  TicketOpened: () => m.event_ticket_opened(),
  TicketClaimed: () => m.event_ticket_claimed(),
  TicketAssigned: (of) => m.event_ticket_assigned({ engineer: of("engineer") }),
  TicketUnassigned: () => m.event_ticket_unassigned(),
  TicketHandedOver: (of) => withNote(m.event_ticket_handed_over({ engineer: of("engineer") }), of("note")),
  TicketTriaged: () => m.event_ticket_triaged(),
  TicketReminded: (of) => m.event_ticket_reminded({ waited: span(Number(of("waited_minutes")) * 60_000) }),
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

export function eventSentence({ event, words }: Pick<EventView, "event" | "words">): string {
  const told: { [key in string]?: string } = words;
  const of: Of = (key) => (preferences.english ? told[`${key}_en`] || told[key] : told[key] || told[`${key}_en`]) || "";
  const say = sentences[event.name as EventName];
  return say ? say(of) : m.event_other({ name: event.name });
}
