// A sentence for everything that can go otherwise than hoped: what happened, what is safe, what to do.

import { span } from "$lib/base/format";
import type { Failure, FailureCode, SyncState, SyncTrouble, SyncView } from "$lib/types";
import { m } from "./index";
import type { Sentence } from "./refusals";

export { discrepancySentence, refusalSentence, type Sentence, type Where } from "./refusals";

const failures: Record<FailureCode, (detail: string) => [what: string, safe: string, next: string]> = {
  not_here: () => [m.failure_not_here(), m.failure_safe(), m.failure_not_here_next()],
  not_understood: () => [m.failure_not_understood(), m.failure_safe(), m.failure_not_understood_next()],
  signed_out: () => [m.failure_signed_out(), m.failure_safe(), m.failure_signed_out_next()],
  wrong_password: () => [m.failure_wrong_password(), "", m.failure_wrong_password_next()],
  too_many: (detail) => [m.failure_too_many(), "", waitSentence(detail)],
  not_allowed: () => [m.failure_not_allowed(), m.failure_safe(), m.failure_not_allowed_next()],
  wrong_address: () => [m.failure_wrong_address(), m.failure_safe(), m.failure_wrong_address_next()],
  invitation_invalid: () => [m.failure_invitation_invalid(), "", m.failure_invitation_invalid_next()],
  plain: () => [m.failure_plain(), "", m.failure_plain_next()],
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

/** How long to wait, in seconds, is the one number in what headquarters says of it. */
function waitSentence(detail: string): string {
  const seconds = Number(/\d+/.exec(detail)?.[0] ?? 0);
  if (seconds === 0) return m.failure_too_many_next();
  // Beyond that nobody counts seconds; a minute too long is right, one too short is wrong again.
  const wait = seconds < 100 ? m.span_seconds({ seconds }) : span(Math.ceil(seconds / 60) * 60_000);
  return m.failure_too_many_wait({ wait });
}

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
