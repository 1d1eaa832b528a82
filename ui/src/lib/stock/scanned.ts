import { bilingual } from "$lib/messages/words";
import { m } from "$lib/messages";
import { attempt } from "$lib/base/give";
import { toasts } from "$lib/base/toasts.svelte";
import { door } from "$lib/door";
import { router } from "$lib/routes";

/** The part that a code stands for; anything else is said, and answers null. */
export async function partOf(code: string): Promise<string | null> {
  const meaning = await attempt(() => door.query("AskCode", { code }));
  if (!meaning) return null;
  switch (meaning.meaning) {
    case "part":
      return meaning.row.part.id;
    case "device": {
      const { id, name, name_en } = meaning.device;
      toasts.show("needs", m.stock_scan_device({ name: bilingual(name, name_en) }), {
        action: { label: m.stock_open_device(), run: () => router.go("device", { id }) },
      });
      return null;
    }
    case "unknown":
      toasts.show("needs", m.stock_scan_unknown({ code: meaning.code }));
      return null;
    default:
      toasts.show("needs", m.stock_scan_other({ code }));
      return null;
  }
}
