/** Instants as the date and time fields of a form write them, in local time. */

export function toField(instant: number | null): string {
  if (instant === null) return "";
  const date = new Date(instant);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The instant that a field says; what nobody touched is what it was, to the millisecond. */
export const momentOf = (text: string, before: number | null) => (text === toField(before) ? before : fromField(text));

export function fromField(text: string): number | null {
  if (text === "") return null;
  const instant = new Date(text).getTime();
  return Number.isNaN(instant) ? null : instant;
}
