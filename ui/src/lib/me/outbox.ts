import { download } from "$lib/base/download";
import { act } from "$lib/base/give";

/** Everything that has not reached headquarters, as a file. Answers how many commands it holds. */
export async function exportOutbox(): Promise<number | undefined> {
  const outbox = await act({ name: "ExportOutbox", ask: {} });
  if (!outbox) return undefined;
  const stamp = new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-");
  download(`outpost-outbox-${stamp}.json`, JSON.stringify(outbox, null, 2), "application/json");
  return outbox.acts.length;
}
