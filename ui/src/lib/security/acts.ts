/** The record of who was let in or shut out, in words: what was done, about whom, by whom, from where. */

import { names } from "$lib/admin/names.svelte";
import { dayAndTime } from "$lib/base/format";
import { here } from "$lib/base/session.svelte";
import { shapes } from "$lib/base/tone";
import { door } from "$lib/door";
import { m } from "$lib/messages";
import type { Turn } from "$lib/table/paged.svelte";
import type { Column } from "$lib/table/table";
import type { SecurityEntry, SecurityKind } from "$lib/types";

export const securityWords: Record<SecurityKind, () => string> = {
  signed_in: m.security_signed_in,
  sign_in_failed: m.security_sign_in_failed,
  session_ended: m.security_session_ended,
  signed_out_everywhere: m.security_signed_out_everywhere,
  password_changed: m.security_password_changed,
  password_set: m.security_password_set,
  invited: m.security_invited,
  enrolled: m.security_enrolled,
  forked: m.security_forked,
  returned: m.security_returned,
  revoked: m.security_revoked,
  found: m.security_found,
  founded: m.security_founded,
  epoch_begun: m.security_epoch_begun,
  label_key_rotated: m.security_label_key_rotated,
  repaired: m.security_repaired,
  imported: m.security_imported,
};

const isKnown = (kind: string): kind is SecurityKind => kind in securityWords;

/** What was done in a word or two; its own word where a newer headquarters knows more than this program. */
export const kindOf = ({ kind }: SecurityEntry): string => (isKnown(kind) ? securityWords[kind]() : kind);

/** Whom it is about, as the list has it. */
export const aboutOf = (entry: SecurityEntry): string => names.person(entry.about_user_id, entry.about_name);

/** Who did it. */
export function actorOf({ actor_id, actor_name }: SecurityEntry): string {
  if (actor_id === null) return actor_name === "machine" ? m.security_by_machine() : m.security_by_nobody();
  return actor_id === here.session?.user?.id ? m.security_you() : names.person(actor_id, actor_name);
}

/** The device that it is about: its name now, or then. */
function deviceOf({ kind, about_replica_id, detail }: SecurityEntry): string {
  const now = names.of("replica", about_replica_id).replace("?", "");
  const name = now || (kind === "forked" ? "" : detail);
  return name ? m.security_device({ name }) : m.security_a_device();
}

type Say = (entry: SecurityEntry, about: string, own: boolean) => string;

const sentences: Record<SecurityKind, Say> = {
  signed_in: (_, about, own) => (own ? m.security_said_signed_in_own() : m.security_said_signed_in({ about })),
  sign_in_failed: (entry, about) =>
    entry.about_user_id === null ? m.security_said_failed_nobody() : m.security_said_failed({ about }),
  session_ended(entry, about, own) {
    // Which one it was, where another browser has ended it, stands at the end of the detail.
    const address = / from (\S+)$/.exec(entry.detail)?.[1];
    if (address) return own ? m.security_said_ended_own({ address }) : m.security_said_ended({ about, address });
    return own ? m.security_said_signed_out_own() : m.security_said_signed_out({ about });
  },
  signed_out_everywhere: (_, about, own) =>
    own ? m.security_said_everywhere_own() : m.security_said_everywhere({ about }),
  password_changed: (_, about, own) => (own ? m.security_said_changed_own() : m.security_said_changed({ about })),
  password_set: (_, about) => m.security_said_set({ about }),
  invited: (_, about) => m.security_said_invited({ about }),
  enrolled: (entry, about) => m.security_said_enrolled({ device: deviceOf(entry), about }),
  forked: (entry, about) => m.security_said_forked({ device: deviceOf(entry), about }),
  returned: (entry, about) => m.security_said_returned({ device: deviceOf(entry), about }),
  revoked: (entry, about) => m.security_said_revoked({ device: deviceOf(entry), about }),
  found: (entry, about) => m.security_said_found({ device: deviceOf(entry), about }),
  founded: (_, about) => m.security_said_founded({ about }),
  epoch_begun: () => m.security_said_epoch_begun(),
  label_key_rotated: (entry) =>
    entry.detail.includes("forgotten") ? m.security_said_label_key_forgotten() : m.security_said_label_key_rotated(),
  repaired: (entry) => m.security_said_repaired({ detail: entry.detail }),
  imported: (entry, about) => {
    const commands = Number.parseInt(entry.detail, 10);
    return entry.detail.endsWith(" signed")
      ? m.security_said_imported({ commands, device: deviceOf(entry), about })
      : m.security_said_vouched({ commands });
  },
};

/** What was done, as a sentence. */
export function actSentence(entry: SecurityEntry): string {
  if (!isKnown(entry.kind)) return entry.kind;
  const own = entry.about_user_id !== null && entry.about_user_id === here.session?.user?.id;
  return sentences[entry.kind](entry, own ? m.security_you() : aboutOf(entry), own);
}

/** When, by whom, from where. */
export function actLine(entry: SecurityEntry): string {
  // Who has not shown who they are is nobody to name.
  const by = entry.actor_name === "nobody" ? "" : m.security_line_by({ by: actorOf(entry) });
  const from = entry.address && m.security_line_from({ address: entry.address });
  return [dayAndTime(entry.at), by, from].filter(Boolean).join(" · ");
}

/** Acts page after page, newest first. Each is one that headquarters remembers where it ended. */
export function actsTurn(userId: string | null, since: number | null): Turn<SecurityEntry> {
  let before: number | null = null;
  return async (offset) => {
    if (offset === 0) before = null;
    const rows: SecurityEntry[] = [];
    do {
      const ask: { before: number | null; user_id: string | null; since: number | null } = {
        before,
        user_id: userId,
        since,
      };
      const page = await door.action({ name: "SecurityActs", ask });
      rows.push(...page.acts);
      before = page.next;
      // A page on which there is nothing for who asks says where to go on.
    } while (rows.length === 0 && before !== null);
    return { rows, total: offset + rows.length + (before === null ? 0 : 1), restsOn: [] };
  };
}

/** Whether every word is found in what the list shows of it. */
export function fits(entry: SecurityEntry, words: string): boolean {
  const whole = [kindOf(entry), actSentence(entry), aboutOf(entry), entry.about_name, actorOf(entry), entry.address];
  const all = words.trim().toLowerCase().split(/\s+/);
  return all.every((word) => whole.join(" ").toLowerCase().includes(word));
}

/** What somebody should look at stands out. */
const toneOf = ({ kind }: SecurityEntry) => (kind === "revoked" || kind === "sign_in_failed" ? "needs" : "plain");

export function actColumns(): Column<SecurityEntry>[] {
  const collator = new Intl.Collator(undefined, { numeric: true });
  const by = (text: (entry: SecurityEntry) => string) => (left: SecurityEntry, right: SecurityEntry) =>
    collator.compare(text(left), text(right));
  return [
    {
      key: "at",
      title: m.security_when(),
      width: "136px",
      text: ({ at }) => dayAndTime(at),
      compare: (left, right) => left.number - right.number,
    },
    {
      key: "kind",
      title: m.security_what(),
      width: "minmax(168px, 1fr)",
      text: kindOf,
      tone: toneOf,
      mark: (entry) => (toneOf(entry) === "needs" ? shapes.needs : ""),
      compare: by(kindOf),
    },
    { key: "about", title: m.security_about(), width: "minmax(96px, 1fr)", text: aboutOf, compare: by(aboutOf) },
    {
      key: "by",
      title: m.security_by(),
      width: "minmax(136px, 1fr)",
      text: actorOf,
      tone: () => "quiet",
      compare: by(actorOf),
      minor: true,
    },
    {
      key: "address",
      title: m.security_from(),
      width: "128px",
      text: ({ address }) => address || "–",
      tone: () => "quiet",
      compare: by(({ address }) => address),
      minor: true,
    },
  ];
}

/** Head and cells of an export. */
export function actCsv(acts: SecurityEntry[]): { head: string[]; rows: (string | number)[][] } {
  return {
    head: [
      m.security_number(),
      m.security_when(),
      m.security_what(),
      m.security_about(),
      m.security_by(),
      m.security_from(),
      m.security_sentence(),
    ],
    rows: acts.map((entry) => [
      entry.number,
      new Date(entry.at).toISOString(),
      kindOf(entry),
      aboutOf(entry),
      actorOf(entry),
      entry.address,
      actSentence(entry),
    ]),
  };
}
