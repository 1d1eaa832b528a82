// The fields of a form, kept as a draft from the first letter to the moment when they are saved.

import { untrack } from "svelte";
import { drafts } from "./draft";

interface Options<T> {
  /** The name of the draft; by another one the form begins anew. */
  key: () => string;
  blank: () => T;
  /** Whether there is anything that somebody would miss; otherwise whatever differs from the blank form. */
  worth?: (fields: T) => boolean;
}

/** To be made while a component is being created. */
export class Kept<T extends object> {
  fields: T;
  /** When what stands there was typed, if it comes from an earlier time. */
  restored = $state<number | null>(null);
  #options: Options<T>;

  constructor(options: Options<T>) {
    this.#options = options;
    let key = "";
    this.fields = $state(options.blank());
    const load = () => {
      key = options.key();
      const draft = drafts.read<T>(key);
      this.fields = { ...options.blank(), ...draft?.value };
      this.restored = draft?.at ?? null;
    };
    untrack(load);
    $effect(() => {
      const wanted = options.key();
      const fields = $state.snapshot(this.fields) as T;
      untrack(() => {
        if (wanted !== key) return load();
        this.#keep(key, fields);
      });
    });
  }

  #keep(key: string, fields: T) {
    const { blank, worth = (now) => JSON.stringify(now) !== JSON.stringify(blank()) } = this.#options;
    const before = drafts.read<T>(key);
    if (!worth(fields)) {
      if (before) drafts.clear(key);
    } else if (JSON.stringify(before?.value) !== JSON.stringify(fields)) drafts.write(key, fields);
  }

  /** Puts back what was cleared, also when the form is gone by now. */
  put(fields: T): void {
    this.fields = fields;
    drafts.write(this.#options.key(), fields);
  }

  /** It is saved, or is not wanted any more. Returns what stood there. */
  clear(): T {
    const before = $state.snapshot(this.fields) as T;
    drafts.clear(this.#options.key());
    this.fields = this.#options.blank();
    this.restored = null;
    return before;
  }
}
