/** How a tablet or computer fares: its one word, its columns, and what finds it. */

import { ago, span } from "$lib/base/format";
import { shapes, type Tone } from "$lib/base/tone";
import { clock } from "$lib/base/clock.svelte";
import { m } from "$lib/messages";
import { named } from "$lib/messages/words";
import type { Column } from "$lib/table/table";
import type { ReplicaCard } from "$lib/types";

const DAY = 86_400_000;
/** Whoever is silent for longer may be lost, broken, or on holiday: somebody should ask. */
const SILENT_DAYS = 3;
/** A clock that is off by less than this harms nobody. */
const SKEW_MILLIS = 120_000;

const collator = new Intl.Collator(undefined, { numeric: true });

export interface Fare {
  word: string;
  tone: Tone;
  /** The lower, the sooner somebody should look. */
  rank: number;
}

export const personOf = (card: ReplicaCard): string => named({ name: card.person, name_en: card.person_en });

export function isOff(card: ReplicaCard): boolean {
  return Math.abs(card.contact?.clock_ahead_millis ?? 0) > SKEW_MILLIS;
}

export function clockWords(card: ReplicaCard): string {
  if (!card.contact) return "–";
  const ahead = card.contact.clock_ahead_millis;
  if (!isOff(card)) return m.admin_replica_clock_right();
  return ahead > 0 ? m.admin_replica_ahead({ span: span(ahead) }) : m.admin_replica_behind({ span: span(ahead) });
}

export function pendingWords({ contact }: ReplicaCard): string {
  if (!contact) return "–";
  if (contact.files_waiting === 0) return String(contact.waiting);
  return m.admin_replica_pending_both({ commands: contact.waiting, files: contact.files_waiting });
}

const pendingOf = ({ contact }: ReplicaCard) => (contact ? contact.waiting + contact.files_waiting : -1);

/** When headquarters last heard of it; null for never. */
export const seenAt = ({ contact }: ReplicaCard) => contact?.heard_at ?? null;

/** The same in words. */
export const seenWords = (card: ReplicaCard) => {
  const at = seenAt(card);
  return at === null ? m.admin_replica_never() : ago(at);
};

/** The one word, the most urgent first. */
export function fareOf(card: ReplicaCard, now: number = clock.now): Fare {
  const { replica } = card;
  if (replica.revoked) return { word: m.admin_replica_revoked(), tone: "wrong", rank: 0 };
  const seen = seenAt(card);
  if (seen === null) return { word: m.admin_replica_never_heard(), tone: "waiting", rank: 3 };
  const days = Math.floor((now - seen) / DAY);
  if (days >= SILENT_DAYS) return { word: m.admin_replica_silent({ days }), tone: "needs", rank: 1 };
  if (isOff(card)) return { word: m.admin_replica_clock_off(), tone: "needs", rank: 2 };
  const pending = Math.max(0, pendingOf(card));
  if (pending > 0) return { word: m.admin_replica_holds({ count: pending }), tone: "active", rank: 4 };
  return { word: m.admin_replica_fine(), tone: "done", rank: 5 };
}

export function replicaColumns(): Column<ReplicaCard>[] {
  const by = (text: (card: ReplicaCard) => string) => (left: ReplicaCard, right: ReplicaCard) =>
    collator.compare(text(left), text(right));
  const number = (of: (card: ReplicaCard) => number) => (left: ReplicaCard, right: ReplicaCard) => of(left) - of(right);
  const name = (card: ReplicaCard) => card.replica.name;
  const version = (card: ReplicaCard) => card.contact?.version ?? "";
  return [
    { key: "name", title: m.admin_replica_name(), width: "minmax(130px, 1fr)", text: name, compare: by(name) },
    {
      key: "state",
      title: m.admin_replica_state(),
      width: "176px",
      text: (card) => fareOf(card).word,
      tone: (card) => fareOf(card).tone,
      mark: (card) => shapes[fareOf(card).tone],
      compare: (left, right) =>
        fareOf(left).rank - fareOf(right).rank || Number(seenAt(left) ?? 0) - Number(seenAt(right) ?? 0),
    },
    {
      key: "person",
      title: m.admin_replica_person(),
      width: "minmax(100px, 1fr)",
      text: personOf,
      compare: by(personOf),
      minor: true,
    },
    {
      key: "seen_at",
      title: m.admin_replica_seen(),
      width: "150px",
      text: seenWords,
      compare: number((card) => seenAt(card) ?? 0),
      minor: true,
    },
    {
      key: "pending",
      title: m.admin_replica_pending(),
      width: "130px",
      text: pendingWords,
      tone: (card) => (pendingOf(card) > 0 ? "plain" : "quiet"),
      numeric: true,
      compare: number(pendingOf),
      minor: true,
    },
    {
      key: "attention",
      title: m.admin_replica_attention(),
      width: "144px",
      text: (card) => String(card.attention),
      tone: (card) => (card.attention > 0 ? "needs" : "quiet"),
      mark: (card) => (card.attention > 0 ? shapes.needs : ""),
      numeric: true,
      compare: number((card) => card.attention),
      minor: true,
    },
    {
      key: "clock",
      title: m.admin_replica_clock(),
      width: "130px",
      text: clockWords,
      tone: (card) => (isOff(card) ? "needs" : "quiet"),
      mark: (card) => (isOff(card) ? shapes.needs : ""),
      compare: number((card) => Math.abs(card.contact?.clock_ahead_millis ?? -1)),
      minor: true,
    },
    {
      key: "version",
      title: m.admin_replica_version(),
      width: "90px",
      text: version,
      tone: () => "quiet",
      compare: by(version),
      minor: true,
    },
  ];
}

/** Whether every word is found in what the list shows of it. */
export function fits(card: ReplicaCard, words: string): boolean {
  const { name, prefix } = card.replica;
  const version = card.contact?.version ?? "";
  const whole = [name, prefix, version, card.person, card.person_en, fareOf(card).word].join(" ").toLowerCase();
  const all = words.trim().toLowerCase().split(/\s+/);
  return all.every((word) => whole.includes(word));
}

/** Head and cells of an export: what the list shows, with moments and spans that a spreadsheet can reckon with. */
export function replicaCsv(cards: ReplicaCard[]): { head: string[]; rows: (string | number | null)[][] } {
  const moment = (instant: number | null | undefined) => (instant ? new Date(instant).toISOString() : null);
  return {
    head: [
      "id",
      m.admin_replica_name(),
      m.admin_replica_person(),
      m.admin_replica_state(),
      m.admin_replica_seen(),
      m.admin_replica_enrolled(),
      m.sync_commands(),
      m.sync_files(),
      m.admin_replica_attention(),
      m.admin_replica_clock_millis(),
      m.admin_replica_version(),
      m.admin_replica_prefix(),
    ],
    rows: cards.map((card) => [
      card.replica.id,
      card.replica.name,
      personOf(card),
      fareOf(card).word,
      moment(seenAt(card)),
      moment(card.replica.enrolled_at),
      card.contact?.waiting ?? null,
      card.contact?.files_waiting ?? null,
      card.attention,
      card.contact?.clock_ahead_millis ?? null,
      card.contact?.version ?? null,
      card.replica.prefix,
    ]),
  };
}
