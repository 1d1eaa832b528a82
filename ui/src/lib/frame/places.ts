// The places that the navigation offers, by who is here.

import ClipboardList from "@lucide/svelte/icons/clipboard-list";
import Columns3 from "@lucide/svelte/icons/columns-3";
import Library from "@lucide/svelte/icons/library";
import ListTodo from "@lucide/svelte/icons/list-todo";
import Package from "@lucide/svelte/icons/package";
import ScanLine from "@lucide/svelte/icons/scan-line";
import Tags from "@lucide/svelte/icons/tags";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import CircleUserRound from "@lucide/svelte/icons/circle-user-round";
import type { Component } from "svelte";
import { m } from "$lib/messages";
import type { RouteName } from "$lib/routes";
import type { Right, Seat } from "$lib/types";

export interface Place {
  route: Extract<RouteName, "today" | "scan" | "parts" | "me" | "stock" | "board" | "attention" | "admin" | "labels">;
  word: () => string;
  icon: Component<{ size?: number }>;
}

const today: Place = { route: "today", word: m.nav_today, icon: ListTodo };
const scan: Place = { route: "scan", word: m.nav_scan, icon: ScanLine };
const parts: Place = { route: "parts", word: m.nav_parts, icon: Package };
const me: Place = { route: "me", word: m.nav_me, icon: CircleUserRound };
const stock: Place = { route: "stock", word: m.nav_stock, icon: ClipboardList };
const board: Place = { route: "board", word: m.nav_board, icon: Columns3 };
const attention: Place = { route: "attention", word: m.nav_attention, icon: TriangleAlert };
const admin: Place = { route: "admin", word: m.nav_admin, icon: Library };
const labels: Place = { route: "labels", word: m.nav_labels, icon: Tags };

type Can = (right: Right) => boolean;

function edits(can: Can): boolean {
  return can("edit_customer") || can("edit_catalogue") || can("edit_person");
}

/** The four at the thumb. */
export function barPlaces(seat: Seat, can: Can): Place[] {
  if (seat === "field") return [can("keep_stock") && !can("work_ticket") ? stock : today, scan, parts, me];
  return [...(can("assign_ticket") ? [board] : []), stock, attention, me];
}

/** Everything, in the rail. */
export function railPlaces(seat: Seat, can: Can): Place[] {
  const list: Place[] = [];
  if (can("assign_ticket")) list.push(board);
  if (seat === "field" && can("work_ticket")) list.push(today);
  if (seat === "field") list.push(scan);
  if (seat === "field" && !can("keep_stock")) list.push(parts);
  if (can("keep_stock") || seat === "console") list.push(stock);
  list.push(attention);
  if (can("keep_stock") || can("edit_catalogue")) list.push(labels);
  if (edits(can)) list.push(admin);
  list.push(me);
  return list;
}

/** Where one begins. */
export function homeOf(seat: Seat, can: Can): Place["route"] {
  if (seat === "field") return can("keep_stock") && !can("work_ticket") ? "stock" : "today";
  return can("assign_ticket") || !can("keep_stock") ? "board" : "stock";
}
