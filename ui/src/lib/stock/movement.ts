/** What a clerk does with a part, as the commands want it, and what undoes it. */

import type { Command, Stand } from "$lib/types";
import { subtract } from "$lib/base/decimal";

export type Work = "receive" | "issue" | "transfer" | "count";

export interface Movement {
  work: Work;
  partId: string;
  /** Entered by the person: how many moved; for a count, how many there are. */
  quantity: string;
  /** For a count: when the number was typed. What moves between that and the confirmation is not in it. */
  countedAt: number;
  /** For a count: how far this replica had come then. */
  after: Stand | null;
  fromId: string | null;
  toId: string | null;
  note: string;
}

export const KEYS: Record<Work, string> = { receive: "R", issue: "I", transfer: "T", count: "C" };

export const takesFrom = (work: Work) => work !== "receive";
export const givesTo = (work: Work) => work === "receive" || work === "transfer";

/** The command for a movement. A count is given even when it agrees: the ledger says that somebody has looked. */
export function toCommand(movement: Movement): Command {
  const { partId: part_id, quantity, countedAt: counted_at, note } = movement;
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
      const counted = { part_id, location_id: from_id, counted: quantity, counted_at, after: movement.after };
      return { name: "CountStock", payload: { ...counted, note } };
    }
  }
}

/**
 * The ledger is never changed: a movement is undone by its opposite. A count is undone by what it changed, which is its
 * difference to how many were known; null when that is nothing.
 */
export function opposite(command: Command, known: string, reason: string): Command | null {
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
    case "CountStock": {
      const { part_id, location_id, counted } = command.payload;
      const difference = subtract(known, counted);
      return difference === "0" ? null : { name: "AdjustStock", payload: { part_id, location_id, difference, reason } };
    }
    default:
      return null;
  }
}
