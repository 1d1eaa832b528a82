/** What a dense table is told about its columns, and how it is moved through. */

export type Tone = "plain" | "quiet" | "waiting" | "active" | "needs" | "wrong" | "done";

export interface Column<Row> {
  key: string;
  title: string;
  /** A grid track: `120px`, `minmax(180px, 1fr)`. */
  width: string;
  text: (row: Row) => string;
  tone?: (row: Row) => Tone;
  /** A mark that says in shape what the tone says in colour. */
  mark?: (row: Row) => string;
  numeric?: boolean;
  mono?: boolean;
  /** Left out where there is little room. */
  minor?: boolean;
  /** Present when the table can be sorted by it. */
  compare?: (left: Row, right: Row) => number;
  /** Not shown until the person asks for it. */
  optional?: boolean;
}

/** Lengths in pixels at the usual size of text, as lengths that grow with it. */
export function inRem(tracks: string): string {
  return tracks.replace(/(\d+)px/g, (_, pixels: string) => `${Number(pixels) / 16}rem`);
}

export interface Sort {
  key: string;
  descending: boolean;
}

/** The rows in order; the given order stays where the comparison finds no difference. */
export function sorted<Row>(rows: Row[], columns: Column<Row>[], sort: Sort | null): Row[] {
  const compare = columns.find((column) => column.key === sort?.key)?.compare;
  if (!sort || !compare) return rows;
  return [...rows].sort((left, right) => (sort.descending ? compare(right, left) : compare(left, right)));
}

/** Where a key leads from a row; null when the key means nothing here. */
export function step(key: string, from: number, count: number, page: number): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const at = (index: number) => Math.min(last, Math.max(0, index));
  switch (key) {
    case "ArrowDown":
      return at(from + 1);
    case "ArrowUp":
      return from < 0 ? last : at(from - 1);
    case "PageDown":
      return at(from + page);
    case "PageUp":
      return at(from - page);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
