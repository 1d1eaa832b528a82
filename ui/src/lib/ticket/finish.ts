// The end of a step, in its order: what was typed is saved, then it is asked what is missing, and only then the step ends.

import type { Saves } from "./saves.svelte";

export type Finished =
  | { is: "done" }
  /** These could not be saved, and said why; nothing was finished. */
  | { is: "unsaved"; demands: string[] }
  | { is: "missing"; demands: string[] }
  /** It could not be asked or was refused, which was said. */
  | { is: "stopped" };

export interface Finishing {
  saves: Pick<Saves, "all">;
  /** The demands that are not met by what is saved; undefined if that cannot be known now. */
  missing: () => Promise<string[] | undefined>;
  complete: () => Promise<boolean>;
}

export async function finish({ saves, missing, complete }: Finishing): Promise<Finished> {
  const unsaved = await saves.all();
  if (unsaved.length > 0) return { is: "unsaved", demands: unsaved };
  const lacking = await missing();
  if (!lacking) return { is: "stopped" };
  if (lacking.length > 0) return { is: "missing", demands: lacking };
  return { is: (await complete()) ? "done" : "stopped" };
}
