/** A whole list, page after page: shown from the first page on, complete a moment later. */

import { untrack } from "svelte";
import { concerns, door, toFailure } from "$lib/door";
import type { Failure, Kind } from "$lib/types";

export interface Page<Row> {
  rows: Row[];
  total: number;
  /** The kinds of records that it rests on. */
  restsOn: readonly Kind[];
}

export type Turn<Row> = (offset: number, limit: number) => Promise<Page<Row>>;

/** Hears how far a long list is. */
export type Progress = (done: number, total: number) => void;

const FIRST = 200;
const NEXT = 1000;

/** Every row of a list, for export; `progress` hears how far it is. */
export async function everyRow<Row>(turn: Turn<Row>, progress?: Progress): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await turn(rows.length, NEXT);
    rows.push(...page.rows);
    progress?.(rows.length, page.total);
    if (page.rows.length === 0 || rows.length >= page.total) return rows;
  }
}

export interface Paged<Row> {
  readonly rows: Row[];
  readonly total: number;
  /** Nothing has come yet. */
  readonly fresh: boolean;
  readonly complete: boolean;
  readonly failure: Failure | undefined;
  again(): void;
}

/**
 * Keeps a list as long as the component lives. `turn` is read as a dependency: when what it closes over changes, the
 * list begins anew. It also does when a record changes that it rests on; the old rows stay until the new are here.
 */
export function paged<Row>(turn: () => Turn<Row>): Paged<Row> {
  let rows = $state.raw<Row[]>([]);
  let total = $state(0);
  let fresh = $state(true);
  let complete = $state(false);
  let failure = $state.raw<Failure>();
  let round = 0;
  let kinds: readonly Kind[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function run(next: Turn<Row>) {
    const mine = ++round;
    const found: Row[] = [];
    // A list that is already there is replaced at once and whole, so that nothing jumps.
    const quiet = untrack(() => complete);
    try {
      for (;;) {
        const page = await next(found.length, found.length === 0 ? FIRST : NEXT);
        if (mine !== round) return;
        kinds = page.restsOn;
        found.push(...page.rows);
        const whole = page.rows.length === 0 || found.length >= page.total;
        if (!quiet || whole) {
          rows = [...found];
          total = page.total;
          complete = whole;
        }
        fresh = false;
        failure = undefined;
        if (whole) return;
      }
    } catch (thrown) {
      if (mine === round) failure = toFailure(thrown);
    }
  }

  $effect(() => {
    const next = turn();
    untrack(() => {
      complete = false;
      void run(next);
    });
  });

  $effect(() => {
    const stop = door.notices((notice) => {
      if (!concerns(notice, kinds)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void run(turn()), 150);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  });

  return {
    get rows() {
      return rows;
    },
    get total() {
      return total;
    },
    get fresh() {
      return fresh;
    },
    get complete() {
      return complete;
    },
    get failure() {
      return failure;
    },
    again: () => void run(turn()),
  };
}
