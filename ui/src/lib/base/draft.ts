// What somebody typed and has not saved yet. It is written as it is typed and outlives the program; each person has their
// own, and nobody is shown another's. It refuses to be a second place for data: drafts are few, small, and grow old.

import { createSubscriber } from "svelte/reactivity";
import { lasting, type Lasting } from "./lasting";
import { here } from "./session.svelte";

export interface Draft<T> {
  value: T;
  /** When it was typed. */
  at: number;
}

const FAMILY = "outpost.draft.";
/** Raised when what a draft holds is written otherwise: what an older program left is then no draft any more. */
const VERSION = 3;
const EXPIRES_MILLIS = 30 * 86_400_000;
const MOST = 200;
const MOST_CHARACTERS = 200_000;

type Place = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export class Drafts {
  #place: () => Place | undefined;
  #person: () => string;
  #now: () => number;
  /** What the place would not take: it lives as long as the program, and still counts as unsaved. */
  #unkept = new Map<string, string>();
  /** Where they are written to besides, so that they are on the disk at once. */
  #lasting: Lasting | null = null;
  #changed: () => void = () => undefined;
  #watch = createSubscriber((update) => {
    this.#changed = update;
    return () => (this.#changed = () => undefined);
  });

  constructor(place: () => Place | undefined, person: () => string, now: () => number = Date.now) {
    this.#place = place;
    this.#person = person;
    this.#now = now;
  }

  /** Brings back what a program that was killed had typed last. To be waited for before anything is shown. */
  async begin(): Promise<void> {
    this.#lasting = await lasting(this.#place(), FAMILY);
  }

  /** The draft of this person by this name. A component that asks hears of every change. */
  read<T>(key: string): Draft<T> | null {
    this.#watch();
    const name = this.#name(key);
    try {
      const text = this.#unkept.get(name) ?? this.#place()?.getItem(name);
      const draft = text ? (JSON.parse(text) as Draft<T>) : null;
      return draft && this.#fresh(draft.at) ? draft : null;
    } catch {
      return null;
    }
  }

  write(key: string, value: unknown): void {
    const name = this.#name(key);
    const text = JSON.stringify({ value, at: this.#now() });
    if (this.#person() !== "" && text.length <= MOST_CHARACTERS && this.#put(name, text)) this.#unkept.delete(name);
    else this.#unkept.set(name, text);
    this.#changed();
  }

  clear(key: string): void {
    const name = this.#name(key);
    this.#unkept.delete(name);
    this.#drop(name);
    this.#changed();
  }

  /** Forgets what is too old or of another version, and of too many the oldest. */
  tidy(room = 0): void {
    const kept: { name: string; at: number }[] = [];
    for (const name of this.#names()) {
      const at = name.startsWith(`${FAMILY}${VERSION}.`) ? this.#typedAt(name) : 0;
      if (this.#fresh(at)) kept.push({ name, at });
      else this.#drop(name);
    }
    kept.sort((left, right) => left.at - right.at);
    for (const { name } of kept.slice(0, Math.max(0, kept.length + room - MOST))) this.#drop(name);
  }

  /** Forgets everybody's: this device was emptied. */
  forget(): void {
    this.#unkept.clear();
    for (const name of this.#names()) this.#drop(name);
    this.#changed();
  }

  /** Another window of the same person has written or cleared one: what stands there is shown here too. */
  heard(name: string | null): void {
    if (name === null || name.startsWith(FAMILY)) this.#changed();
  }

  #name(key: string): string {
    return `${FAMILY}${VERSION}.${this.#person()}.${key}`;
  }

  #fresh(at: number): boolean {
    // A clock that was set back must not make a draft immortal, nor lose it.
    return at > 0 && this.#now() - at < EXPIRES_MILLIS;
  }

  #put(name: string, text: string): boolean {
    const place = this.#place();
    if (!place) return false;
    try {
      if (place.getItem(name) === null) this.tidy(1);
      place.setItem(name, text);
      this.#lasting?.put(name, text);
      return true;
    } catch {
      // What stands there is older than what is typed now.
      this.#drop(name);
      return false;
    }
  }

  #drop(name: string): void {
    this.#lasting?.put(name, null);
    try {
      this.#place()?.removeItem(name);
    } catch {
      // Without a place there is nothing to forget.
    }
  }

  #names(): string[] {
    const place = this.#place();
    const all = Array.from({ length: place?.length ?? 0 }, (_, index) => place?.key(index) ?? "");
    return all.filter((name) => name.startsWith(FAMILY));
  }

  #typedAt(name: string): number {
    try {
      const draft = JSON.parse(this.#place()?.getItem(name) ?? "null") as Draft<unknown> | null;
      return typeof draft?.at === "number" ? draft.at : 0;
    } catch {
      return 0;
    }
  }
}

function storage(): Place | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    // A browser that keeps nothing says so by throwing.
    return undefined;
  }
}

export const drafts = new Drafts(storage, () => here.session?.user?.id ?? here.session?.replica?.user_id ?? "");
globalThis.addEventListener?.("storage", (event) => drafts.heard(event.key));
