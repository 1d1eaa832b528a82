// What was typed is never lost: a draft stands by until it is saved, and finishing a step waits for what is being saved.

/** Saves that are under way. */
export class Saves {
  #running = new Set<Promise<unknown>>();

  run<T>(save: Promise<T>): Promise<T> {
    this.#running.add(save);
    void save.finally(() => this.#running.delete(save));
    return save;
  }

  async settled(): Promise<void> {
    await Promise.allSettled([...this.#running]);
  }
}

const prefix = "outpost.draft.";

export const drafts = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(prefix + key);
    } catch {
      return null;
    }
  },
  write(key: string, value: string) {
    try {
      localStorage.setItem(prefix + key, value);
    } catch {
      // Without storage the text still stands in the field.
    }
  },
  clear(key: string) {
    try {
      localStorage.removeItem(prefix + key);
    } catch {
      // As above.
    }
  },
};
