import { door, toFailure } from "$lib/door";
import { discrepancySentence, failureSentence, refusalSentence } from "$lib/messages/sentences";
import type { Action, Code, Command, Given } from "$lib/types";
import type { Answered } from "$lib/door";
import { toasts } from "./toasts.svelte";

/**
 * Gives a command and says what became of it, where that needs saying. Returns the command's id, which is also the id
 * of the ticket it opened or the movement it made; null when nothing was done. Where there is a field for a quantity, it is
 * told what is wrong with that.
 */
export async function give(command: Command, atQuantity?: (problem: string) => void): Promise<string | null> {
  const given = await offer(command);
  if (given?.status === "refused") {
    const sentence = refusalSentence(given.refusal, "here");
    if (atQuantity && QUANTITY.includes(given.refusal.code)) atQuantity(`${sentence.what} ${sentence.next}`);
    else toasts.show("wrong", sentence);
  }
  return given?.status === "saved" ? given.id : null;
}

const QUANTITY: Code[] = ["QuantityNotPositive", "QuantityNotWhole", "QuantityImplausible"];

/** The same for whoever says a refusal in its own place; undefined when it failed, which was shown. */
export async function offer(command: Command): Promise<Given | undefined> {
  const given = await attempt(() => door.command(command));
  if (given?.status === "saved") {
    for (const discrepancy of given.discrepancies) toasts.show("needs", discrepancySentence(discrepancy));
  }
  return given;
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
