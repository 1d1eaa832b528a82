// Repeated measurements of one thing, and the replica that they are made on.

import { join } from "node:path";
import { folder, program, run } from "./harness/programs.mjs";

/** The number that `percent` of a hundred do not exceed. */
export function percentile(numbers, percent) {
  const inOrder = numbers.toSorted((left, right) => left - right);
  return inOrder[Math.floor(((inOrder.length - 1) * percent) / 100)];
}

export const median = (numbers) => percentile(numbers, 50);

/** A folder with the replica of an engineer who holds about this many records. */
export async function prepare(t, records) {
  const replica = join(await folder(t, "bench"), "replica");
  await run(program("outpost-bench"), ["--records", String(records), "prepare", replica]);
  return replica;
}

/** Prints whether a figure keeps its limit; 1 if not. */
export function judge(line, kept) {
  console.log(`${line}: ${kept ? "ok" : "MISSED"}`);
  return kept ? 0 : 1;
}
