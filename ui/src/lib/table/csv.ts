/** Lists as CSV that spreadsheets open without asking: UTF-8 with a byte order mark, CRLF, RFC 4180 quotes. */

export type Cell = string | number | boolean | null | undefined;

/** The whole text, byte order mark included. */
export function toCsv(head: string[], rows: Cell[][]): string {
  return "\uFEFF" + [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function cell(value: Cell): string {
  let text = value === null || value === undefined ? "" : String(value);
  // A spreadsheet runs text that begins like a formula; a leading apostrophe makes it text again.
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `parts-2026-11-24.csv`: a name that sorts by day. */
export function datedName(stem: string, extension: string, now = new Date()): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${stem}-${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}.${extension}`;
}
