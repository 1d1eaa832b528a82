/** Which part of the record is looked at; it stands in the address, so that a person's page can lead to theirs. */

import { m } from "$lib/messages";

export type Period = "week" | "month" | "year" | "all";

const DAY = 86_400_000;
const days: Record<Period, number | null> = { week: 7, month: 30, year: 365, all: null };

export const periodWords: Record<Period, () => string> = {
  week: m.security_period_week,
  month: m.security_period_month,
  year: m.security_period_year,
  all: m.security_period_all,
};

export const periods = Object.keys(days) as Period[];

export interface ActFilter {
  person: string;
  kind: string;
  period: Period;
}

/** What an address asks for: one person's record is looked at from its beginning, everybody's for a month. */
export function filterOf(query: Record<string, string>): ActFilter {
  const { person = "", act = "", period = "" } = query;
  const known = periods.find((each) => each === period);
  return { person, kind: act, period: known ?? (person ? "all" : "month") };
}

export const queryOf = ({ person, kind, period }: ActFilter) => ({ person, act: kind, period });

/** Since when, for headquarters; null for all of it. */
export function sinceOf(period: Period, now = Date.now()): number | null {
  const back = days[period];
  return back === null ? null : now - back * DAY;
}
