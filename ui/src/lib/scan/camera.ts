// The camera itself: opening it, and what it can do besides.

import { recall, remember } from "$lib/table/remember";

export type CameraTrouble = "missing" | "denied" | "busy" | "insecure";

export function troubleOf(thrown: unknown): CameraTrouble {
  const name = thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "missing";
}

const MEMORY = "scan.camera";
const size = { width: { ideal: 1920 }, height: { ideal: 1080 } };

/** The camera that was chosen here before; otherwise the one that looks away from the person. */
export async function openCamera(): Promise<MediaStream> {
  const chosen = recall(MEMORY, "");
  const open = (video: MediaTrackConstraints) => navigator.mediaDevices.getUserMedia({ audio: false, video });
  const usual = { facingMode: { ideal: "environment" }, ...size };
  if (chosen === "") return open(usual);
  return open({ deviceId: { exact: chosen }, ...size }).catch((thrown: unknown) => {
    // The camera of yesterday is not plugged in.
    if (troubleOf(thrown) !== "missing") throw thrown;
    return open(usual);
  });
}

/** The cameras there are, once one may be used. */
export async function cameras(): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices.enumerateDevices?.()) ?? [];
  return devices.filter((device) => device.kind === "videoinput" && device.deviceId !== "");
}

/** Has the camera after this one opened from now on. */
export function chooseAfter(stream: MediaStream, among: MediaDeviceInfo[]): void {
  const current = stream.getVideoTracks()[0]?.getSettings().deviceId;
  const at = among.findIndex((device) => device.deviceId === current);
  remember(MEMORY, among[(at + 1) % among.length]?.deviceId ?? "");
}

/** Between what something about a camera can be set. */
export interface Range {
  min: number;
  max: number;
  step: number;
}

export interface Zoom extends Range {
  value: number;
}

/** What a camera says of something that can be set; browsers know of it what their types do not. */
function rangeOf(able: Record<string, unknown>, name: string): Range | null {
  const { min, max, step } = (able[name] as Partial<Range> | undefined) ?? {};
  if (typeof min !== "number" || typeof max !== "number" || max <= min) return null;
  return { min, max, step: step || 0.1 };
}

/** What the camera of a stream can do besides. */
export function abilities(stream: MediaStream): { torch: boolean; zoom: Zoom | null } {
  const track = stream.getVideoTracks()[0];
  const able: Record<string, unknown> = { ...track?.getCapabilities?.() };
  const set: Record<string, unknown> = { ...track?.getSettings?.() };
  const zoom = rangeOf(able, "zoom");
  return {
    torch: able.torch === true,
    zoom: zoom && { ...zoom, value: typeof set.zoom === "number" ? set.zoom : zoom.min },
  };
}

/** Between these a code in the middle can be read; a camera that looks at a bright lamp or a dark wall needs a hint. */
const FROM_BRIGHTNESS = 70;
const TO_BRIGHTNESS = 200;

/** What to ask of the camera next, given how bright the middle is; the same as now where it is well. */
export function nextExposure(range: Range, now: number, middle: number): number {
  const step = Math.max(range.step, (range.max - range.min) / 12);
  const way = middle < FROM_BRIGHTNESS ? step : middle > TO_BRIGHTNESS ? -step : 0;
  return Math.min(range.max, Math.max(range.min, now + way));
}

/** How long a camera takes to show what it was told. */
const SETTLING_MILLIS = 400;

/** Tells the camera of a stream, frame by frame, to make the middle readable, where it takes such hints. */
export function exposeForTheMiddle(stream: MediaStream): (middle: number) => void {
  const track = stream.getVideoTracks()[0];
  const able: Record<string, unknown> = { ...track?.getCapabilities?.() };
  const range = rangeOf(able, "exposureCompensation");
  if (!range) return () => undefined;
  let [value, told] = [Math.min(range.max, Math.max(range.min, 0)), 0];
  return (middle) => {
    const next = nextExposure(range, value, middle);
    if (next === value || performance.now() - told < SETTLING_MILLIS) return;
    [value, told] = [next, performance.now()];
    void adjust(stream, { exposureCompensation: next });
  };
}

/** Sets the lamp, the zoom or the exposure; whether it could be done. */
export async function adjust(
  stream: MediaStream,
  what: { torch: boolean } | { zoom: number } | { exposureCompensation: number },
): Promise<boolean> {
  const wish = { advanced: [what] } as unknown as MediaTrackConstraints;
  const done = stream.getVideoTracks()[0]?.applyConstraints(wish);
  return done === undefined ? false : done.then(() => true).catch(() => false);
}

export function stop(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}
