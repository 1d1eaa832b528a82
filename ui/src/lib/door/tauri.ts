// The door's side inside the app: commands of the shell, which hand everything to the same Rust.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Kind, Notice, Questions, Reading } from "$lib/types";
import type { Door } from "./door";
import { labelMedia, noteRest, toFailure } from "./door";

async function call<T>(command: string, args?: Record<string, unknown> | Uint8Array, headers?: Record<string, string>) {
  try {
    return await invoke<T>(command, args, headers ? { headers } : undefined);
  } catch (thrown) {
    throw toFailure(thrown);
  }
}

/** An answer, and on which kinds of records it rests. */
interface Told<T> {
  answer: T;
  rests_on: Kind[];
}

async function bytesOf(value: Blob | Uint8Array): Promise<Uint8Array> {
  return value instanceof Uint8Array ? value : new Uint8Array(await value.arrayBuffer());
}

/**
 * What the shell asked before this program was even read (see `EARLY` there), as the question in JSON: the answers are
 * on their way. Each is taken once; a change makes them void.
 */
const early = new Map<string, Promise<unknown>>(
  Object.entries((globalThis as { __OUTPOST_EARLY__?: Record<string, Promise<unknown>> }).__OUTPOST_EARLY__ ?? {}),
);

function askedEarly(question: unknown): Promise<unknown> | undefined {
  const key = JSON.stringify(question);
  const answer = early.get(key);
  early.delete(key);
  return answer;
}

export function tauriDoor(): Door {
  return {
    async query(name, ask) {
      const question = { name, ask };
      // An early question that failed is asked again, and then says why.
      const answer = await askedEarly(question)?.catch(() => undefined);
      const told = (answer ?? (await call("query", { question }))) as Told<Questions[typeof name]["answer"]>;
      return noteRest(told.answer, told.rests_on);
    },
    command: (command) => call("command", { command }),
    action: (action) => call("action", { action }),
    notices(listener) {
      const unlisten = listen<Notice>("notice", (event) => {
        early.clear();
        listener(event.payload);
      });
      return () => void unlisten.then((stop) => stop());
    },
    storeFile: async (bytes, purpose) => call("store_file", await bytesOf(bytes), { purpose }),
    fileUrl: async (sha256) => URL.createObjectURL(new Blob([await call<ArrayBuffer>("read_file", { sha256 })])),
    scanPicture: async (picture) => call<Reading>("scan_picture", await bytesOf(picture)),
    scanFrame: (luma, { width, height, camera, number }) =>
      call<Reading>("scan_frame", luma, {
        width: String(width),
        height: String(height),
        camera,
        number: String(number),
      }),
    labels: async (sheet) =>
      new Blob([await call<ArrayBuffer>("labels", { sheet })], { type: labelMedia[sheet.output] }),
  };
}
