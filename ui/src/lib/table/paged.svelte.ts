/** A whole list, page after page: shown from the first page on, complete a moment later. */

import { untrack } from "svelte";
import { concerns, door, toFailure } from "$lib/door";
import type { Failure, Kind } from "$lib/types";

export interface Page<Row> {
  rows: Row[];
  /** How many there are in all, as far as they are counted. */
  total: number;
  /** Where to go on; left out where pages go on after so many rows, null at the end. */
  next?: string | null;
  /** The kinds of records that it rests on. */
  restsOn: readonly Kind[];
}

export type Turn<Row> = (offset: number, limit: number, after: string | null) => Promise<Page<Row>>;

/** Hears how far a long list is. */
export type Progress = (done: number, total: number) => void;

const FIRST = 200;
const NEXT = 1000;

/** More rows than these nobody looks through: whoever wants one of the others searches. */
const MOST = 20_000;

const isLast = <Row>({ rows, total, next }: Page<Row>, found: number) =>
  next === undefined ? rows.length === 0 || found >= total : next === null;

/** Every row of a list, for export; `progress` hears how far it is. */
export async function everyRow<Row>(turn: Turn<Row>, progress?: Progress): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Page<Row> = await turn(rows.length, NEXT, after);
    rows.push(...page.rows);
    progress?.(rows.length, Math.max(rows.length, page.total));
    if (isLast(page, rows.length)) return rows;
    after = page.next ?? null;
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
    let after: string | null = null;
    // A list that is already there is replaced at once and whole, so that nothing jumps.
    const quiet = untrack(() => complete);
    try {
      for (;;) {
        const page: Page<Row> = await next(found.length, found.length === 0 ? FIRST : NEXT, after);
        if (mine !== round) return;
        kinds = page.restsOn;
        found.push(...page.rows);
        const all = isLast(page, found.length);
        const whole = all || found.length >= MOST;
        after = page.next ?? null;
        if (!quiet || whole) {
          rows = [...found];
          // Once all of them are here, they are counted.
          total = all ? found.length : Math.max(page.total, found.length + 1);
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
