import { untrack } from "svelte";
import { concerns, door, restsOn, toFailure } from "$lib/door";
import type { Failure, Questions } from "$lib/types";
import { here } from "./session.svelte";

/** An answer that keeps itself up to date. */
export interface Asked<T> {
  /** The newest answer; the old one stays while a new one is on its way. */
  readonly answer: T | undefined;
  readonly failure: Failure | undefined;
  /** There is no answer yet and 300 ms have passed: show a skeleton. */
  readonly slow: boolean;
  again(): void;
}

/**
 * Asks a question as long as the component lives: at once, when `params` changes, and when a record changes that the
 * answer rests on. `params` may return null to ask nothing yet.
 */
export function ask<N extends keyof Questions>(
  name: N,
  params: () => Questions[N]["ask"] | null,
): Asked<Questions[N]["answer"]> {
  let answer = $state.raw<Questions[N]["answer"]>();
  let failure = $state.raw<Failure>();
  let slow = $state(false);
  let turn = 0;
  let asking = false;
  let stale = false;
  let about = "";

  async function run(what: Questions[N]["ask"], mine: number) {
    asking = true;
    const late = setTimeout(() => (slow = answer === undefined), 300);
    try {
      const found = await door.query(name, what);
      if (mine === turn) {
        answer = found;
        failure = undefined;
      }
    } catch (thrown) {
      if (mine === turn) failure = toFailure(thrown);
      // A session at the console that ran out leads to the sign-in; a replica never loses its person.
      if (failure?.code === "signed_out" && here.session?.seat === "console") void here.refresh();
    } finally {
      clearTimeout(late);
      if (mine === turn) {
        slow = false;
        asking = false;
        if (stale) again();
      }
    }
  }

  function again() {
    const what = params();
    if (what === null) return;
    stale = false;
    void run(what, ++turn);
  }

  $effect(() => {
    const what = params();
    const key = JSON.stringify(what);
    untrack(() => {
      if (what === null) return;
      // Another thing is asked for: its predecessor's answer must not stand under its name.
      if (name !== "AskToday" && "id" in what && about !== "" && about !== key) answer = undefined;
      about = key;
      stale = false;
      void run(what, ++turn);
    });
  });

  $effect(() =>
    door.notices((notice) => {
      if (notice.notice !== "changed") return;
      // Many changes in a row become one more question, not one each. On what the answer that is being made rests, nobody knows yet.
      if (asking) stale = true;
      else if (answer === undefined || concerns(notice, restsOn(answer))) again();
    }),
  );

  return {
    get answer() {
      return answer;
    },
    get failure() {
      return failure;
    },
    get slow() {
      return slow;
    },
    again,
  };
}
