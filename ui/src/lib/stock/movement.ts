/** What a clerk does with a part, as the commands want it, and what undoes it. */

import type { Command } from "$lib/types";
import { subtract } from "$lib/base/decimal";

export type Work = "receive" | "issue" | "transfer" | "count";

export interface Movement {
  work: Work;
  partId: string;
  /** Entered by the person: how many moved; for a count, how many there are. */
  quantity: string;
  /** For a count: how many the ledger knows there. */
  known: string;
  fromId: string | null;
  toId: string | null;
  note: string;
}

export const KEYS: Record<Work, string> = { receive: "R", issue: "I", transfer: "T", count: "C" };

export const takesFrom = (work: Work) => work !== "receive";
export const givesTo = (work: Work) => work === "receive" || work === "transfer";

/** The command for a movement; null when a count agrees with the ledger, so that there is nothing to do. */
export function toCommand(movement: Movement): Command | null {
  const { partId: part_id, quantity, note } = movement;
  const from_id = movement.fromId ?? "";
  const to_id = movement.toId ?? "";
  switch (movement.work) {
    case "receive":
      return { name: "ReceiveStock", payload: { part_id, quantity, to_id, note } };
    case "issue":
      return { name: "IssueStock", payload: { part_id, quantity, from_id, note } };
    case "transfer":
      return { name: "TransferStock", payload: { part_id, quantity, from_id, to_id, note } };
    case "count": {
      const difference = subtract(quantity, movement.known);
      if (difference === "0") return null;
      return { name: "AdjustStock", payload: { part_id, location_id: from_id, difference, reason: note } };
    }
  }
}

/** The ledger is never changed: a movement is undone by its opposite. */
export function opposite(command: Command, reason: string): Command | null {
  switch (command.name) {
    case "ReceiveStock": {
      const { part_id, quantity, to_id } = command.payload;
      return {
        name: "AdjustStock",
        payload: { part_id, location_id: to_id, difference: subtract("0", quantity), reason },
      };
    }
    case "IssueStock": {
      const { part_id, quantity, from_id } = command.payload;
      return { name: "AdjustStock", payload: { part_id, location_id: from_id, difference: quantity, reason } };
    }
    case "TransferStock": {
      const { part_id, quantity, from_id, to_id } = command.payload;
      return { name: "TransferStock", payload: { part_id, quantity, from_id: to_id, to_id: from_id, note: reason } };
    }
    case "AdjustStock": {
      const { part_id, location_id, difference } = command.payload;
      return { name: "AdjustStock", payload: { part_id, location_id, difference: subtract("0", difference), reason } };
    }
    default:
      return null;
  }
}
