import type { AskBoard, TicketKind, Urgency } from "$lib/types";

export interface BoardFilter {
  text: string;
  regionId: string;
  engineerId: string;
  kind: TicketKind | "";
  urgency: Urgency | "";
}

export const noFilter: BoardFilter = { text: "", regionId: "", engineerId: "", kind: "", urgency: "" };

export const isFiltered = (filter: BoardFilter) => Object.values(filter).some((value) => value !== "");

export function toAsk(filter: BoardFilter, limit: number): AskBoard {
  return {
    text: filter.text.trim(),
    region_id: filter.regionId || null,
    engineer_id: filter.engineerId || null,
    ticket_kind: filter.kind || null,
    urgency: filter.urgency || null,
    limit,
  };
}
