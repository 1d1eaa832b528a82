import type { Fields } from "./shape";

/** Records that were typed and not saved yet, by kind and id, as long as the program runs. */
export const drafts = new Map<string, Fields>();
