/** What the records behind ids are called, for lists and forms. Asked for once, forgotten when a record of the kind changes. */

import { SvelteMap } from "svelte/reactivity";
import { door } from "$lib/door";
import { named } from "$lib/messages/words";
import type { AnyRecord, Kind, Questions } from "$lib/types";
import type { Fields } from "./kinds";

/** Kinds with more records than this are asked for one by one. */
const ALL = 5_000;
const PAGE = 1_000;

/** One record's fields, whatever its kind. */
export const fieldsOf = (record: AnyRecord): Fields => record.record as unknown as Fields;

/** What people call a record: its number where it has one, then its name. */
export function titleOf(kind: Kind, fields: Fields): string {
  const text = (key: string) => (typeof fields[key] === "string" ? fields[key] : "");
  const name = named({ name: text("name"), name_en: text("name_en") });
  if (kind === "device" || kind === "part") return `${text("number")} ${name}`.trim();
  if (kind === "device_model") return `${text("maker")} ${name}`.trim();
  return name;
}

/** What tells a record apart from another of the same name. */
export function detailOf(kind: Kind, fields: Fields): string {
  const text = (key: string) => (typeof fields[key] === "string" ? fields[key] : "");
  if (kind === "site") return text("address");
  if (kind === "contact") return [text("title"), text("phone")].filter(Boolean).join(", ");
  if (kind === "device") return text("place");
  if (kind === "user") return text("login");
  return text("category");
}

class Names {
  #known = new SvelteMap<string, Fields | null>();
  #asked = new Set<string>();
  #whole = new Map<Kind, Promise<boolean>>();
  #listening = false;

  /** The record, once it is here; null when there is none. */
  record(kind: Kind, id: string): Fields | null | undefined {
    const known = this.#known.get(`${kind} ${id}`);
    if (known === undefined && id !== "") this.#need(kind, id);
    return known;
  }

  /** Its title; empty until it is here. */
  of(kind: Kind, id: unknown): string {
    if (typeof id !== "string" || id === "") return "";
    const fields = this.record(kind, id);
    return fields ? titleOf(kind, fields) : fields === null ? "?" : "";
  }

  /** What a person is called; `otherwise` until that is here, and where it cannot be had. */
  person(id: string | null | undefined, otherwise: string): string {
    const name = this.of("user", id);
    return name === "" || name === "?" ? otherwise : name;
  }

  /** Makes sure that all of a kind are here, as far as there are not too many; for export. */
  async ready(kinds: Kind[]): Promise<void> {
    await Promise.all(kinds.map((kind) => this.#all(kind)));
  }

  #need(kind: Kind, id: string) {
    const key = `${kind} ${id}`;
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    this.#listen();
    // Reading a name happens while the screen is drawn; answers must come later.
    void Promise.resolve().then(async () => {
      try {
        if ((await this.#all(kind)) && this.#known.has(key)) return;
        const page = await door.query("AskList", { kind, text: "", field: "id", value: id, after: null, limit: 1 });
        const found = page.records[0];
        this.#known.set(key, found ? fieldsOf(found) : null);
      } catch {
        this.#asked.delete(key);
      }
    });
  }

  /** Whether all of a kind are here now. */
  #all(kind: Kind): Promise<boolean> {
    const known = this.#whole.get(kind);
    if (known) return known;
    const asked = this.#fetch(kind).catch(() => false);
    this.#whole.set(kind, asked);
    return asked;
  }

  async #fetch(kind: Kind): Promise<boolean> {
    for (let after: string | null = null; ;) {
      const ask: Questions["AskList"]["ask"] = { kind, text: "", field: null, value: null, after, limit: PAGE };
      const page = await door.query("AskList", ask);
      for (const record of page.records) this.#known.set(`${kind} ${record.record.id}`, fieldsOf(record));
      if (page.next === null) return true;
      if (page.total > ALL) return false;
      after = page.next;
    }
  }

  #listen() {
    if (this.#listening) return;
    this.#listening = true;
    door.notices((notice) => {
      if (notice.notice !== "changed") return;
      for (const kind of notice.kinds) {
        if (!this.#whole.delete(kind)) continue;
        for (const key of this.#asked) if (key.startsWith(`${kind} `)) this.#asked.delete(key);
        void this.#all(kind);
      }
    });
  }
}

export const names = new Names();
