// Gives the commands of a running list, one for each part.

import { door, toFailure } from "$lib/door";
import { failureSentence, refusalSentence } from "$lib/messages/sentences";
import { commandFor, type Line, type ManyWork } from "./tally";

export interface Confirmed {
  /** How many parts were written. */
  written: number;
  /** What is left, each with why. */
  left: Line[];
}

/** One after the other, so that whatever hinders one is said beside it; the rest goes on. */
export async function confirm(
  lines: Line[],
  work: ManyWork,
  placeId: string,
  note: string,
  onprogress: (done: number) => void,
): Promise<Confirmed> {
  const result: Confirmed = { written: 0, left: [] };
  for (const [at, line] of lines.entries()) {
    onprogress(at);
    try {
      const given = await door.command(commandFor(line, work, placeId, note, Date.now()));
      if (given.status === "saved") result.written += 1;
      else result.left.push({ ...line, refused: refusalSentence(given.refusal, "here").what });
    } catch (thrown) {
      result.left.push({ ...line, refused: failureSentence(toFailure(thrown)).what });
    }
  }
  return result;
}
