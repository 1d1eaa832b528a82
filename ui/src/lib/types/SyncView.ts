// Written by `./dev generate` from the Rust types. Do not edit.
import type { PendingView } from "./PendingView";
import type { SyncState } from "./SyncState";
import type { SyncTrouble } from "./SyncTrouble";

/**
 * How this replica stands with headquarters.
 */
export type SyncView = { 
/**
 * The one word.
 */
state: SyncState, 
/**
 * How many commands wait.
 */
waiting: number, 
/**
 * How many photos and signatures wait; a photo and its thumbnail are one.
 */
files_waiting: number, 
/**
 * How many of them wait for Wi-Fi, because the line is metered and its person wishes so.
 */
waiting_for_wifi: number, 
/**
 * Whether photos and signatures go only over Wi-Fi.
 */
wifi_only: boolean, 
/**
 * How many matters need this person.
 */
attention: number, 
/**
 * The end of the last round that succeeded.
 */
synced_at: number | null, 
/**
 * Whether a round is running.
 */
running: boolean, 
/**
 * How many records have come of an answer that is not whole yet.
 */
arrived: number, 
/**
 * Of about how many; 0 if none is on its way.
 */
expected: number, 
/**
 * Why the last round did not succeed.
 */
trouble: SyncTrouble | null, 
/**
 * The same for the technically minded.
 */
trouble_detail: string, 
/**
 * How far this device's clock is ahead of headquarters, as last measured.
 */
clock_ahead_millis: number | null, 
/**
 * What waits, oldest first, at most 100.
 */
pending: Array<PendingView>, };
