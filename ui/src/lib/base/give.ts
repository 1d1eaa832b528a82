import { door, toFailure } from "$lib/door";
import { discrepancySentence, failureSentence, refusalSentence } from "$lib/messages/sentences";
import type { Action, Command } from "$lib/types";
import type { Answered } from "$lib/door";
import { toasts } from "./toasts.svelte";

/**
 * Gives a command and says what became of it, where that needs saying. Returns the command's id, which is also the id
 * of the ticket it opened or the movement it made; null when nothing was done.
 */
export async function give(command: Command): Promise<string | null> {
  try {
    const given = await door.command(command);
    if (given.status === "refused") {
      toasts.show("wrong", refusalSentence(given.refusal, "here"));
      return null;
    }
    for (const discrepancy of given.discrepancies) toasts.show("needs", discrepancySentence(discrepancy));
    return given.id;
  } catch (thrown) {
    toasts.show("wrong", failureSentence(toFailure(thrown)));
    return null;
  }
}

/** Has something done to this installation; a failure is shown, and answers undefined. */
export async function act<A extends Action>(action: A): Promise<Answered<A> | undefined> {
  return attempt(() => door.action(action));
}

/** Tries something that goes through the door; a failure is shown, and answers undefined. */
export async function attempt<T>(what: () => Promise<T>): Promise<T | undefined> {
  try {
    return await what();
  } catch (thrown) {
    toasts.show("wrong", failureSentence(toFailure(thrown)));
    return undefined;
  }
}
