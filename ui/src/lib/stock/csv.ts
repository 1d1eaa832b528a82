import { everyRow, type Progress, type Turn } from "$lib/table/paged.svelte";
import { sorted, type Sort } from "$lib/table/table";
import type { StockRow } from "$lib/types";
import { stockColumns } from "./columns";

/** The whole filtered list with all its columns, in the order of the screen. */
export async function stockCsv(turn: Turn<StockRow>, sort: Sort | null, progress: Progress) {
  const columns = stockColumns();
  const rows = sorted(await everyRow(turn, progress), columns, sort);
  return {
    head: columns.map((column) => column.title),
    rows: rows.map((row) => columns.map((column) => column.text(row))),
  };
}
