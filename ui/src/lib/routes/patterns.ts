// Every address of the screens. `:name` is a parameter; anything after `?` is the query.

export const patterns = {
  home: "/",
  today: "/today",
  scan: "/scan",
  parts: "/parts",
  part: "/part/:id",
  open_ticket: "/ticket/new",
  ticket: "/ticket/:id",
  device: "/device/:id",
  attention: "/attention",
  sync: "/sync",
  me: "/me",
  account: "/me/account",
  enrol: "/enrol",
  board: "/board",
  stock: "/stock",
  stock_many: "/stock/many",
  labels: "/labels",
  admin: "/admin",
  admin_kind: "/admin/:kind",
  admin_record: "/admin/:kind/:id",
} as const;

export type RouteName = keyof typeof patterns;

type Keys<P extends string> = P extends `${string}:${infer Key}/${infer Rest}`
  ? Key | Keys<Rest>
  : P extends `${string}:${infer Key}`
    ? Key
    : never;

/** The parameters that a route takes. */
export type Params<N extends RouteName> = { [K in Keys<(typeof patterns)[N]>]: string };

export type Query = Record<string, string | undefined | null>;
