// What stands in the field of a demand: a draft as long as it is not saved, otherwise what is saved.

import { drafts } from "$lib/base/draft";
import type { Keeper } from "../saves.svelte";

export interface Saved {
  value: string;
  at: number;
}

interface Options {
  /** The name of the draft. */
  key: () => string;
  /** What is saved, and since when. */
  saved: () => Saved;
  /** What a typed text is saved as; null if it cannot be saved as it stands. */
  valueOf: (text: string) => string | null;
  /** Saves a value; false if that was refused. */
  give: (value: string) => Promise<boolean>;
}

export class Typed implements Keeper {
  #options: Options;
  /** Saved a moment ago; it stands until the ticket that is shown knows of it. */
  #given = $state.raw<{ value: string; over: number } | null>(null);
  #running: Promise<boolean> | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  get #saved(): string {
    const { value, at } = this.#options.saved();
    return this.#given?.over === at ? this.#given.value : value;
  }

  get #draft(): string | null {
    return drafts.read<string>(this.#options.key())?.value ?? null;
  }

  get text(): string {
    return this.#draft ?? this.#saved;
  }

  set text(text: string) {
    if (text === this.#saved) drafts.clear(this.#options.key());
    else drafts.write(this.#options.key(), text);
  }

  get unsaved(): boolean {
    return this.#draft !== null;
  }

  get fills(): boolean {
    return Boolean(this.#options.valueOf(this.#draft ?? ""));
  }

  /** Saves what is typed; at once if somebody types on meanwhile, that too. */
  save(): Promise<boolean> {
    this.#running ??= this.#save().finally(() => (this.#running = null));
    return this.#running;
  }

  async #save(): Promise<boolean> {
    const key = this.#options.key();
    for (;;) {
      const draft = drafts.read<string>(key)?.value;
      if (draft === undefined) return true;
      const value = this.#options.valueOf(draft);
      if (value === null) return false;
      if (value !== this.#saved) {
        const over = this.#options.saved().at;
        if (!(await this.#options.give(value))) return false;
        this.#given = { value, over };
      }
      if (drafts.read<string>(key)?.value !== draft) continue;
      drafts.clear(key);
      return true;
    }
  }
}
