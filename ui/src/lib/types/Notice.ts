// Written by `./dev generate` from the Rust types. Do not edit.
import type { Kind } from "./Kind";
import type { SyncView } from "./SyncView";

/**
 * What a screen is told without asking.
 */
export type Notice = { "notice": "changed", 
/**
 * Which kinds.
 */
kinds: Array<Kind>, } | { "notice": "sync", 
/**
 * The whole of it.
 */
sync: SyncView, };
