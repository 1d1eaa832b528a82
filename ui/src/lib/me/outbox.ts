import { act } from "$lib/base/give";

/** Hands a text to the person as a file. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Everything that has not reached headquarters, as a file. Answers how many commands it holds. */
export async function exportOutbox(): Promise<number | undefined> {
  const outbox = await act({ name: "ExportOutbox", ask: {} });
  if (!outbox) return undefined;
  const stamp = new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-");
  download(`outpost-outbox-${stamp}.json`, JSON.stringify(outbox, null, 2), "application/json");
  return outbox.acts.length;
}
