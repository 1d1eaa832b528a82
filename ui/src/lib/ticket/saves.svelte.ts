// What was typed in a step is never lost: it is a draft until it is saved, and finishing the step saves it first.

import { untrack } from "svelte";

/** What one demand holds that is not saved yet. */
export interface Keeper {
  /** Whether there is anything. */
  readonly unsaved: boolean;
  /** Whether the demand is met once that is saved. */
  readonly fills: boolean;
  /** What somebody else entered since this was begun: it is to be chosen before anything is saved. */
  readonly meanwhile?: { value: string; theirs?: string } | null;
  giveWay?(): void;
  insist?(): Promise<boolean>;
  /** Saves it; false if it could not be saved. What there is to say was said. */
  save(): Promise<boolean>;
}

/** What stood in the way of a demand when somebody wanted to finish. */
export type Lack = "missing" | "unsaved";

/** The saves of one ticket's screen. */
export class Saves {
  #running: Promise<unknown>[] = [];
  #lacking = $state.raw<Record<string, Lack>>({});
  #keepers = $state.raw<Record<string, Keeper>>({});

  /** Waits for a save when the step is finished. */
  run<T>(save: Promise<T>): Promise<T> {
    this.#running.push(save);
    const over = () => void (this.#running = this.#running.filter((each) => each !== save));
    save.then(over, over);
    return save;
  }

  /** A demand of the current step answers for what is typed in it, until the returned function is called. */
  keep(demand: string, keeper: Keeper): () => void {
    return untrack(() => {
      this.#keepers = { ...this.#keepers, [demand]: keeper };
      return () => {
        if (this.#keepers[demand] !== keeper) return;
        this.#keepers = Object.fromEntries(Object.entries(this.#keepers).filter(([key]) => key !== demand));
      };
    });
  }

  of(demand: string): Keeper | undefined {
    return this.#keepers[demand];
  }

  /** The demands at which the last try to finish ended, to be marked until they are met. */
  lacks(lack: Lack, demands: string[]): void {
    this.#lacking = Object.fromEntries(demands.map((demand) => [demand, lack]));
  }

  lackOf(demand: string): Lack | undefined {
    return this.#lacking[demand];
  }

  /** Saves everything that is typed, one after the other; the demands whose text could not be saved. */
  async all(): Promise<string[]> {
    await Promise.allSettled(this.#running);
    const left: string[] = [];
    for (const [demand, keeper] of Object.entries(this.#keepers)) {
      if (!(await keeper.save())) left.push(demand);
    }
    return left;
  }
}
