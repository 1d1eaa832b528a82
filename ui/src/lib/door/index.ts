import type { Notice } from "$lib/types";
import type { Door } from "./door";
import { httpDoor } from "./http";
import { tauriDoor } from "./tauri";

export * from "./door";

const side: Door = "__TAURI_INTERNALS__" in globalThis ? tauriDoor() : httpDoor();

const listeners = new Set<(notice: Notice) => void>();
let close: (() => void) | undefined;

/** The one door. One stream of notices is shared by all who listen. */
export const door: Door = {
  query: (name, ask) => side.query(name, ask),
  command: (command) => side.command(command),
  action: (action) => side.action(action),
  notices(listener) {
    listeners.add(listener);
    close ??= side.notices((notice) => listeners.forEach((each) => each(notice)));
    return () => void listeners.delete(listener);
  },
  storeFile: (bytes, purpose) => side.storeFile(bytes, purpose),
  fileUrl: (sha256) => side.fileUrl(sha256),
  scanPicture: (picture) => side.scanPicture(picture),
  scanFrame: (luma, frame) => side.scanFrame(luma, frame),
  labels: (sheet) => side.labels(sheet),
};

/** Begins the stream of notices anew: after signing in, when the old one was refused. */
export function reopenNotices(): void {
  if (!close) return;
  close();
  close = side.notices((notice) => listeners.forEach((each) => each(notice)));
}
