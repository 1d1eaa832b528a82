// What an action answers, asked for when a screen begins and whenever it says so: of what is no record nobody gives notice.

import type { Asked } from "$lib/base/ask.svelte";
import { here } from "$lib/base/session.svelte";
import { door, toFailure } from "$lib/door";
import type { Answered } from "$lib/door";
import type { Action, Failure } from "$lib/types";

/** To be made while a component is being created. */
export function askAction<A extends Action>(action: A): Asked<Answered<A>> {
  let answer = $state.raw<Answered<A>>();
  let failure = $state.raw<Failure>();
  let slow = $state(false);
  let turn = 0;

  async function run() {
    const mine = ++turn;
    const late = setTimeout(() => (slow = answer === undefined), 300);
    try {
      const found = await door.action(action);
      if (mine === turn) [answer, failure] = [found, undefined];
    } catch (thrown) {
      if (mine === turn) failure = toFailure(thrown);
      // A session that somebody has ended elsewhere leads to the sign-in.
      if (failure?.code === "signed_out") void here.refresh();
    } finally {
      clearTimeout(late);
      if (mine === turn) slow = false;
    }
  }

  $effect(() => void run());

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
    again: () => void run(),
  };
}
