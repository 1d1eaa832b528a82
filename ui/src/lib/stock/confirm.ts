// Gives the commands of a running list, one for each part.

import { door, toFailure } from "$lib/door";
import { failureSentence, refusalSentence } from "$lib/messages/sentences";
import { commandFor, type Line, type ManyWork } from "./tally";

export interface Confirmed {
  /** How many parts were written. */
  written: number;
  /** How many agreed with the ledger, so that there was nothing to write. */
  agreed: number;
  /** What is left, each with why. */
  left: Line[];
}

/** How many of a part the ledger knows in a place. */
async function knownAt(partId: string, placeId: string): Promise<string> {
  const { levels } = await door.query("AskPart", { id: partId, movements: 1 });
  return levels.find((level) => level.location.id === placeId)?.quantity ?? "0";
}

/** One after the other, so that whatever hinders one is said beside it; the rest goes on. */
export async function confirm(
  lines: Line[],
  work: ManyWork,
  placeId: string,
  note: string,
  onprogress: (done: number) => void,
): Promise<Confirmed> {
  const result: Confirmed = { written: 0, agreed: 0, left: [] };
  for (const [at, line] of lines.entries()) {
    onprogress(at);
    try {
      const known = work === "count" ? await knownAt(line.part.id, placeId) : "0";
      const command = commandFor(line, work, placeId, known, note);
      const given = command && (await door.command(command));
      if (!given) result.agreed += 1;
      else if (given.status === "saved") result.written += 1;
      else result.left.push({ ...line, refused: refusalSentence(given.refusal, "here").what });
    } catch (thrown) {
      result.left.push({ ...line, refused: failureSentence(toFailure(thrown)).what });
    }
  }
  return result;
}
