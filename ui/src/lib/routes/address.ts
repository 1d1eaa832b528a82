// Addresses to routes and back.

import { patterns, type Params, type Query, type RouteName } from "./patterns";

export interface Route {
  name: RouteName;
  params: Record<string, string>;
  query: Record<string, string>;
}

/** The address of a route, for `href`. */
export function href<N extends RouteName>(name: N, params?: Params<N>, query?: Query): string {
  const values = (params ?? {}) as Record<string, string>;
  const path = patterns[name].replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(values[key] ?? ""));
  const pairs = Object.entries(query ?? {}).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return `#${path}${pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : ""}`;
}

/** What an address means; home when it means nothing. */
export function parseHash(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#/, "").split("?", 2);
  const parts = path.split("/").filter(Boolean);
  for (const [name, pattern] of Object.entries(patterns) as [RouteName, string][]) {
    const wanted = pattern.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((segment, index) => {
      const part = parts[index] ?? "";
      if (!segment.startsWith(":")) return segment === part;
      try {
        params[segment.slice(1)] = decodeURIComponent(part);
      } catch {
        return false;
      }
      return true;
    });
    if (fits) return { name, params, query: Object.fromEntries(new URLSearchParams(search)) };
  }
  return { name: "home", params: {}, query: {} };
}
