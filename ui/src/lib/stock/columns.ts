import { compare, tidy } from "$lib/base/decimal";
import { m } from "$lib/messages";
import { named } from "$lib/messages/words";
import type { StockRow } from "$lib/types";
import type { Column } from "$lib/table/table";

const collator = new Intl.Collator(undefined, { numeric: true });

const below = (row: StockRow) => compare(row.quantity, "0") < 0;

function level(row: StockRow): string {
  if (below(row)) return m.stock_negative();
  if (row.below_minimum) return m.stock_below();
  return compare(row.quantity, "0") > 0 ? m.stock_enough() : m.stock_none();
}

const tone = (row: StockRow) => (below(row) ? "wrong" : row.below_minimum ? "needs" : "plain");
const mark = (row: StockRow) => (below(row) ? "✕" : row.below_minimum ? "▲" : "");

/** The stock list's columns, in the language of the screen. */
export function stockColumns(): Column<StockRow>[] {
  return [
    {
      key: "number",
      title: m.stock_column_number(),
      width: "112px",
      text: (row) => row.part.number,
      compare: (left, right) => collator.compare(left.part.number, right.part.number),
    },
    {
      key: "name",
      title: m.stock_column_name(),
      width: "minmax(128px, 1fr)",
      text: (row) => named(row.part),
      compare: (left, right) => collator.compare(named(left.part), named(right.part)),
    },
    {
      key: "category",
      title: m.stock_column_category(),
      width: "120px",
      text: (row) => row.part.category,
      tone: () => "quiet",
      minor: true,
      compare: (left, right) => collator.compare(left.part.category, right.part.category),
    },
    {
      key: "quantity",
      title: m.stock_column_quantity(),
      width: "92px",
      numeric: true,
      text: (row) => tidy(row.quantity),
      tone,
      compare: (left, right) => compare(left.quantity, right.quantity),
    },
    {
      key: "unit",
      title: m.stock_column_unit(),
      width: "56px",
      text: (row) => row.part.unit,
      tone: () => "quiet",
      minor: true,
    },
    {
      key: "minimum",
      title: m.stock_column_minimum(),
      width: "84px",
      numeric: true,
      text: (row) => tidy(row.part.minimum),
      tone: () => "quiet",
      minor: true,
      compare: (left, right) => compare(left.part.minimum, right.part.minimum),
    },
    {
      key: "places",
      title: m.stock_column_places(),
      width: "84px",
      numeric: true,
      text: (row) => String(row.places),
      minor: true,
      optional: true,
      compare: (left, right) => left.places - right.places,
    },
    {
      key: "van",
      title: m.stock_column_van(),
      width: "100px",
      numeric: true,
      text: (row) => tidy(row.in_van),
      minor: true,
      optional: true,
      compare: (left, right) => compare(left.in_van, right.in_van),
    },
    {
      key: "state",
      title: m.stock_column_state(),
      width: "156px",
      text: level,
      tone: (row) => (tone(row) === "plain" ? "quiet" : tone(row)),
      mark,
      minor: true,
    },
  ];
}

/** The keys of the columns that nobody sees who has not chosen them. */
export function hiddenAtFirst(): string[] {
  return stockColumns()
    .filter((column) => column.optional)
    .map((column) => column.key);
}
