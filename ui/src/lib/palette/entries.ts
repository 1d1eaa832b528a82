/** What the palette offers besides what it finds: places to go and things to do. */

import { adminKinds, shapes } from "$lib/admin/kinds";
import { preferences, themes, type Theme } from "$lib/base/preferences.svelte";
import { here } from "$lib/base/session.svelte";
import { act } from "$lib/base/give";
import { railPlaces } from "$lib/frame/places";
import { m } from "$lib/messages";
import { bilingual } from "$lib/messages/words";
import { router } from "$lib/routes";
import type { Hit, Kind } from "$lib/types";

export interface Entry {
  id: string;
  group: string;
  title: string;
  detail: string;
  run: () => void;
  /** Kept under "recent": enough to find it again. */
  hit?: Hit;
}

export const groups: { kind: Kind; title: () => string }[] = [
  { kind: "ticket", title: m.palette_tickets },
  { kind: "device", title: m.palette_devices },
  { kind: "part", title: m.palette_parts },
  { kind: "site", title: m.palette_sites },
  { kind: "customer", title: m.palette_customers },
  { kind: "user", title: m.palette_people },
  { kind: "contact", title: m.palette_contacts },
  { kind: "stock_location", title: m.palette_places },
  { kind: "device_model", title: m.palette_models },
];

const themeWords: Record<Theme, () => string> = {
  system: m.palette_theme_system,
  light: m.palette_theme_light,
  dark: m.palette_theme_dark,
  sunlight: m.palette_theme_sunlight,
};

/** Where a found thing is shown, for who is here. */
function show({ kind, id }: Hit): void {
  const console = here.session?.seat === "console";
  switch (kind) {
    case "ticket":
      if (console && here.can("assign_ticket")) return router.go("board", {}, { ticket: id });
      return router.go("ticket", { id });
    case "device":
      return router.go("device", { id });
    case "part":
      if (console || here.can("keep_stock")) return router.go("stock", {}, { part: id });
      return router.go("part", { id });
    default: {
      const found = adminKinds.find((each) => each === kind);
      if (console && found) router.go("admin_record", { kind: found, id });
    }
  }
}

/** Whether choosing it leads anywhere on this seat. */
export function leads(kind: Kind): boolean {
  return here.session?.seat === "console" || kind === "ticket" || kind === "device" || kind === "part";
}

export function ofHit(hit: Hit, group: string): Entry {
  return {
    id: `${hit.kind}-${hit.id}`,
    group,
    title: bilingual(hit.title, hit.title_en),
    detail: hit.detail,
    run: () => show(hit),
    hit,
  };
}

/** Every action that the words fit; all of them for no words. */
export function actions(text: string): Entry[] {
  const group = m.palette_actions();
  const seat = here.session?.seat ?? "field";
  const list: Entry[] = [];
  const add = (id: string, title: string, run: () => void) => list.push({ id, group, title, detail: "", run });

  if (here.can("open_ticket")) {
    add("open", m.palette_open_ticket(), () =>
      seat === "console" && here.can("assign_ticket") ? router.go("board", {}, { new: "1" }) : router.go("open_ticket"),
    );
  }
  for (const place of railPlaces(seat, here.can.bind(here))) {
    add(`go-${place.route}`, m.palette_go({ place: place.word() }), () => router.go(place.route));
  }
  if (seat === "console") {
    for (const kind of adminKinds) {
      if (kind === "replica" || !here.can(shapes[kind].right)) continue;
      add(`new-${kind}`, m.palette_new({ kind: shapes[kind].one().toLowerCase() }), () =>
        router.go("admin_record", { kind, id: "new" }),
      );
    }
  }
  for (const theme of themes) {
    if (theme === preferences.theme) continue;
    add(`theme-${theme}`, m.palette_theme({ theme: themeWords[theme]() }), () => (preferences.theme = theme));
  }
  if (preferences.english) add("language", m.palette_language_zh(), () => (preferences.locale = "zh-CN"));
  else add("language", m.palette_language_en(), () => (preferences.locale = "en"));
  if (seat === "console") {
    add("account", m.nav_account(), () => router.go("account"));
    if (here.can("edit_person"))
      add("security", m.security_title(), () => router.go("admin_kind", { kind: "security" }));
    add("out", m.palette_sign_out(), () => void act({ name: "SignOut", ask: {} }).then(() => here.refresh()));
  }
  const words = text.trim().toLowerCase().split(/\s+/);
  return list.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
}
