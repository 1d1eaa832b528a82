// Which component shows which route. Every screen is loaded when it is first wanted.

import type { Component } from "svelte";
import { here } from "$lib/base/session.svelte";
import type { Params, RouteName } from "$lib/routes";

/** What every screen is given. */
export interface ScreenProps<N extends RouteName = RouteName> {
  params: Params<N>;
  query: Record<string, string>;
}

// Screens differ in what their parameters are called; the router fills them by the same table.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Screen = Component<any>;
type Load = () => Promise<{ default: Screen }>;

export type ScreenName = Exclude<RouteName, "home">;

export const screens: Record<ScreenName, Load> = {
  today: () => import("../today/Today.svelte"),
  scan: () => import("../scan/Scan.svelte"),
  parts: () => import("../parts/Parts.svelte"),
  part: () => import("../parts/Part.svelte"),
  open_ticket: () => import("../ticket/OpenTicket.svelte"),
  ticket: () => import("../ticket/Ticket.svelte"),
  device: () => import("../device/Device.svelte"),
  attention: () =>
    here.session?.seat === "console"
      ? import("../board/AttentionDesk.svelte")
      : import("../attention/Attention.svelte"),
  sync: () => import("../me/Sync.svelte"),
  me: () => import("../me/Me.svelte"),
  account: () => import("../account/Account.svelte"),
  enrol: () => import("../enrol/Enrol.svelte"),
  board: () => import("../board/Board.svelte"),
  stock: () => import("../stock/Stock.svelte"),
  stock_many: () => import("../stock/Many.svelte"),
  labels: () => import("../labels/Labels.svelte"),
  admin: () => import("../admin/Admin.svelte"),
  admin_kind: () => import("../admin/Admin.svelte"),
  admin_record: () => import("../admin/Admin.svelte"),
};

export const signIn: Load = () => import("../signin/SignIn.svelte");
export const palette: Load = () => import("../palette/Palette.svelte");
export const rescue: Load = () => import("../enrol/Rescue.svelte");

/** Where there is room: what stands beside a detail. */
export const beside: Partial<Record<RouteName, ScreenName>> = {
  today: "today",
  parts: "parts",
  ticket: "today",
  device: "today",
  open_ticket: "today",
  part: "parts",
};

/** What stands beside a list from which nothing was chosen yet. */
export const unchosen: Partial<Record<ScreenName, Load>> = {
  today: () => import("../today/Beside.svelte"),
  parts: () => import("../parts/Choose.svelte"),
};
