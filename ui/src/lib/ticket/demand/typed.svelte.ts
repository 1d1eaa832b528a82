// What stands in the field of a demand: a draft as long as it is not saved, otherwise what is saved.

import { drafts } from "$lib/base/draft";
import type { Keeper } from "../saves.svelte";

export interface Saved {
  value: string;
  at: number;
  /** Whose it is, if it is somebody else's. */
  theirs?: string;
}

/** What is typed, and what stood there when it was begun. */
interface Draft {
  text: string;
  from: string;
}

interface Options {
  /** The name of the draft. */
  key: () => string;
  /** What is saved, and since when. */
  saved: () => Saved;
  /** What a typed text is saved as; null if it cannot be saved as it stands. */
  valueOf: (text: string) => string | null;
  /** Saves a value, typed where another stood; false if that was refused. */
  give: (value: string, from: string) => Promise<boolean>;
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

  get #draft(): Draft | null {
    return drafts.read<Draft>(this.#options.key())?.value ?? null;
  }

  get text(): string {
    return this.#draft?.text ?? this.#saved;
  }

  set text(text: string) {
    const from = this.#draft?.from ?? this.#saved;
    // What was put back to what stood there was not typed.
    if (text === this.#saved || text === from) drafts.clear(this.#options.key());
    else drafts.write(this.#options.key(), { text, from });
  }

  get unsaved(): boolean {
    return this.#draft !== null;
  }

  get fills(): boolean {
    return Boolean(this.#options.valueOf(this.#draft?.text ?? ""));
  }

  get meanwhile(): Saved | null {
    const draft = this.#draft;
    const saved = this.#options.saved();
    if (!draft || saved.theirs === undefined || this.#given?.over === saved.at) return null;
    const same = saved.value === draft.from || saved.value === this.#options.valueOf(draft.text);
    return same ? null : saved;
  }

  /** Lets what somebody else entered meanwhile stand. */
  giveWay(): void {
    drafts.clear(this.#options.key());
  }

  /** Saves what is typed, now that it was seen what somebody else entered. */
  insist(): Promise<boolean> {
    if (this.#draft) drafts.write(this.#options.key(), { text: this.#draft.text, from: this.#saved });
    return this.save();
  }

  /** Saves what is typed; at once if somebody types on meanwhile, that too. */
  save(): Promise<boolean> {
    this.#running ??= this.#save().finally(() => (this.#running = null));
    return this.#running;
  }

  async #save(): Promise<boolean> {
    const key = this.#options.key();
    for (;;) {
      const draft = drafts.read<Draft>(key)?.value;
      if (draft === undefined) return true;
      const value = this.#options.valueOf(draft.text);
      if (value === null || this.meanwhile) return false;
      if (value !== this.#saved) {
        const over = this.#options.saved().at;
        if (!(await this.#options.give(value, draft.from))) return false;
        this.#given = { value, over };
      }
      const now = drafts.read<Draft>(key)?.value;
      if (now !== undefined && now.text !== draft.text) {
        // Typed on upon what is saved now.
        drafts.write(key, { ...now, from: value });
        continue;
      }
      drafts.clear(key);
      return true;
    }
  }
}
