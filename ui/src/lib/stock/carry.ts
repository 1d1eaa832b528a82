import { tidy } from "$lib/base/decimal";
import { give } from "$lib/base/give";
import { toasts } from "$lib/base/toasts.svelte";
import { m } from "$lib/messages";
import { named } from "$lib/messages/words";
import type { Command, Part } from "$lib/types";
import { opposite } from "./movement";

const UNDO_MILLIS = 10_000;

export interface About {
  part: Part;
  place: string;
  other: string;
  /** How many the ledger knew in the place that was counted. */
  known: string;
}

/** Gives a movement, says what was done, and offers its opposite for ten seconds. */
export async function carryOut(
  command: Command,
  { part, place, other, known }: About,
  atQuantity: (problem: string) => void,
): Promise<boolean> {
  const id = await give(command, atQuantity);
  if (id === null) return false;
  const back = opposite(command, known, m.stock_undo_note());
  const toast = toasts.show("done", said(command, part, place, other), {
    millis: UNDO_MILLIS,
    action: back ? { label: m.undo(), run: () => void undo(back) } : undefined,
  });

  async function undo(command: Command) {
    toasts.close(toast);
    if ((await give(command)) !== null) toasts.show("done", m.stock_undone());
  }
  return true;
}

function said(command: Command, { name, name_en, unit }: Part, place: string, other: string): string {
  const part = named({ name, name_en });
  const amount = (decimal: string) => `${tidy(decimal)} ${unit}`;
  switch (command.name) {
    case "ReceiveStock":
      return m.stock_said_receive({ quantity: amount(command.payload.quantity), part, place });
    case "IssueStock":
      return m.stock_said_issue({ quantity: amount(command.payload.quantity), part, place });
    case "TransferStock":
      return m.stock_said_transfer({ quantity: amount(command.payload.quantity), part, place, other });
    case "CountStock":
      return m.stock_said_count({ part, place, quantity: amount(command.payload.counted) });
    default:
      return "";
  }
}
