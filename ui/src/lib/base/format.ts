// Times, spans and distances as people say them. Reading `clock.now` keeps them true on the screen.

import { clock } from "./clock.svelte";
import { m } from "$lib/messages";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** 14:30 */
export function timeOfDay(instant: number): string {
  const date = new Date(instant);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function midnight(instant: number): number {
  return new Date(instant).setHours(0, 0, 0, 0);
}

// The languages' own words instead of `Intl.DateTimeFormat`: making the first one costs more time than all else that
// Today needs to stand on the screen.
const weekday = (date: Date) => m.date_weekdays().split(" ")[date.getDay()] ?? "";
const month = (date: Date) => m.date_months().split(" ")[date.getMonth()] ?? "";

/** Tue 24 Nov · 11月24日 周二 */
export function dayOf(instant: number): string {
  const date = new Date(instant);
  return m.date_day({ weekday: weekday(date), day: date.getDate(), month: month(date) });
}

/** 24 Nov 2026 · 2026年11月24日, from an instant or from `YYYY-MM-DD`. */
export function dateOf(value: number | string): string {
  const date = typeof value === "string" ? new Date(`${value}T12:00:00`) : new Date(value);
  if (Number.isNaN(date.getTime())) return String(value);
  return m.date_full({ day: date.getDate(), month: month(date), year: date.getFullYear() });
}

/** today 14:30, tomorrow 09:00, Tue 24 Nov 14:30 */
export function dayAndTime(instant: number, now: number = clock.now): string {
  const time = timeOfDay(instant);
  const days = Math.round((midnight(instant) - midnight(now)) / day);
  if (days === 0) return m.time_today({ time });
  if (days === 1) return m.time_tomorrow({ time });
  if (days === -1) return m.time_yesterday({ time });
  const sameYear = new Date(instant).getFullYear() === new Date(now).getFullYear();
  return `${sameYear ? dayOf(instant) : dateOf(instant)} ${time}`;
}

/** 14:30 when it is today, otherwise with its day: for the head of a line. */
export function planned(instant: number, now: number = clock.now): string {
  return midnight(instant) === midnight(now) ? timeOfDay(instant) : dayAndTime(instant, now);
}

/** just now, 2 min ago, 3 h ago, then the day and the time. A clock that runs ahead never says "in the past". */
export function ago(instant: number, now: number = clock.now): string {
  const past = now - instant;
  if (Math.abs(past) < minute) return m.time_now();
  if (past < 0)
    return past > -hour ? m.time_in_minutes({ count: Math.round(-past / minute) }) : dayAndTime(instant, now);
  if (past < hour) return m.time_minutes_ago({ count: Math.floor(past / minute) });
  if (past < 6 * hour) return m.time_hours_ago({ count: Math.floor(past / hour) });
  return dayAndTime(instant, now);
}

/** 35 min, 2 h 10, 1 d 4 h */
export function span(millis: number): string {
  const minutes = Math.floor(Math.abs(millis) / minute);
  if (minutes < 60) return m.span_minutes({ minutes });
  if (minutes < 24 * 60) return m.span_hours({ hours: Math.floor(minutes / 60), minutes: two(minutes % 60) });
  return m.span_days({ days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60) });
}

/** 2 h 10 left, or 35 min late */
export function limit(due: number, now: number = clock.now): string {
  return due >= now ? m.time_left({ span: span(due - now) }) : m.time_late({ span: span(now - due) });
}

/** How soon a limit is reached: what colour it wears. */
export function limitTone(due: number, now: number = clock.now): "waiting" | "needs" | "wrong" {
  if (due < now) return "wrong";
  return due - now < 2 * hour ? "needs" : "waiting";
}

/** 850 m, 1.2 km, 14 km */
export function distance(metres: number): string {
  if (metres < 950) return m.distance_metres({ value: Math.round(metres / 10) * 10 });
  const kilometres = metres / 1000;
  return m.distance_kilometres({ value: kilometres < 10 ? kilometres.toFixed(1) : String(Math.round(kilometres)) });
}

/** 412 kB, 3.1 MB */
export function fileSize(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
