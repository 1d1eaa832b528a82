// The door's side over HTTP: the browser talks to `outpost hq` or `outpost field serve`.

import type { Failure, Kind, Notice, Questions, Reading } from "$lib/types";
import type { Door } from "./door";
import { isFailure, noteRest } from "./door";

async function send(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...init });
  } catch (thrown) {
    const failure: Failure = { code: "unreachable", detail: String(thrown) };
    throw failure;
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  if (isFailure(body)) throw body;
  // A proxy or a server on its way up answers with a page of its own.
  const failure: Failure = {
    code: response.status >= 502 ? "unreachable" : "internal",
    detail: `${path}: ${response.status} ${response.statusText}`,
  };
  throw failure;
}

async function post<T>(path: string, value: unknown): Promise<T> {
  return (await (await posted(path, value)).json()) as T;
}

function posted(path: string, value: unknown): Promise<Response> {
  return send(path, {
    method: "POST",
    // A command may say when something was counted, by this clock.
    headers: { "content-type": "application/json", "x-outpost-clock": String(Date.now()) },
    body: JSON.stringify(value),
  });
}

async function query<N extends keyof Questions>(name: N, ask: Questions[N]["ask"]): Promise<Questions[N]["answer"]> {
  const response = await posted("/api/query", { name, ask });
  const kinds = (response.headers.get("x-outpost-rests-on") ?? "").split(" ") as Kind[];
  return noteRest((await response.json()) as Questions[N]["answer"], kinds);
}

async function raw<T>(path: string, body: Blob | Uint8Array): Promise<T> {
  const response = await send(path, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: body as BodyInit,
  });
  return (await response.json()) as T;
}

export function httpDoor(): Door {
  return {
    query,
    command: (command) => post("/api/command", command),
    action: (action) => post("/api/action", action),
    notices(listener) {
      const source = new EventSource("/api/notices");
      let interrupted = false;
      source.onmessage = (event: MessageEvent<string>) => listener(JSON.parse(event.data) as Notice);
      source.onerror = () => (interrupted = true);
      source.onopen = () => {
        // What changed while nobody listened is not known: everything shown asks again.
        if (interrupted) listener({ notice: "changed", kinds: [] });
        interrupted = false;
      };
      return () => source.close();
    },
    storeFile: (bytes, purpose) => raw(`/api/files?purpose=${purpose}`, bytes),
    fileUrl: async (sha256) => URL.createObjectURL(await (await send(`/api/files/${sha256}`)).blob()),
    scanPicture: (picture) => raw<Reading>("/api/scan", picture),
    scanFrame: (luma, { width, height, camera, number }) =>
      raw<Reading>(`/api/scan/frame?width=${width}&height=${height}&camera=${camera}&number=${number}`, luma),
    async labels(sheet) {
      const response = await send("/api/labels", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(sheet),
      });
      return response.blob();
    },
  };
}
