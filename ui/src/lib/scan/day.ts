// Days as GS1 means them.

/** Whether a day, or the last day of a month, written `2027-05-31` or `2027-05`, lies behind. */
export function isPast(date: string, today = new Date()): boolean {
  const [year = 0, month = 1, day] = date.split("-").map(Number);
  // The day zero of the next month is the last of this one.
  const last = day === undefined ? new Date(year, month, 0) : new Date(year, month - 1, day);
  return last.getTime() < new Date(today.getFullYear(), today.getMonth(), today.getDate()).getTime();
}
