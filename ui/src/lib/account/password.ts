/** What a new password must be, as headquarters has it, and what is wrong with one that was typed. */

import { m } from "$lib/messages";

/** Characters as people count them, not as a machine stores them. */
const LEAST_CHARACTERS = 8;
const MOST_BYTES = 1024;

export interface Typed {
  old: string;
  fresh: string;
  again: string;
}

export type Faults = { [field in keyof Typed]?: string };

/** The rules, each with whether it is kept. */
export function rulesOf({ fresh, again }: Typed): { word: string; met: boolean }[] {
  return [
    { word: m.account_rule_length(), met: isLong(fresh) },
    { word: m.account_rule_same(), met: fresh !== "" && fresh === again },
  ];
}

const isLong = (password: string) => [...password].length >= LEAST_CHARACTERS;

/** What is wrong, by field; nothing when it can be sent. */
export function faultsOf({ old, fresh, again }: Typed): Faults {
  const faults: Faults = {};
  if (old === "") faults.old = m.account_password_old_empty();
  if (!isLong(fresh)) faults.fresh = m.admin_password_short();
  else if (new TextEncoder().encode(fresh).length > MOST_BYTES) faults.fresh = m.account_password_long();
  else if (fresh !== again) faults.again = m.account_password_differs();
  return faults;
}
