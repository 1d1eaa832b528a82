// Frames of a camera, read one at a time: while one is being read the others are dropped, never queued.

import { newId } from "$lib/base/id";
import { door } from "$lib/door";
import type { FoundCode } from "$lib/types";
import { openGrabber } from "./grab";
import { brightnessOfMiddle, change } from "./luma";
import { fromTheMiddle, Interest, placed, Sharpness, shownPart, Sightings, Stillness, within } from "./sightings";

/** From one frame to the next, at least. More costs battery and reads no sooner. */
const PACE_MILLIS = 66;
const REST_MILLIS = 20;
/** So long nothing may move before the camera is put to rest. */
export const STILL_MILLIS = 60_000;

/** Darker than this in the middle, a lamp helps; brighter, another angle. */
const DARK = 32;
const BRIGHT = 240;
export type Light = "dark" | "bright" | "fine";

/** What was read in one frame, in pixels of the video. */
export interface Seen {
  codes: FoundCode[];
  width: number;
  height: number;
}

export interface Watcher {
  /** Codes are in sight. */
  onseen(seen: Seen): void;
  /** A code came into sight. */
  onfresh(code: FoundCode): void;
  /** How bright it is where codes are held, 0 to 255, and whether that is too dark or too bright to read. */
  onlight(middle: number, light: Light): void;
  /** Nothing has moved for a while. */
  onstill(): void;
}

/** What is remembered from one stretch of reading to the next. */
export const newMemory = () => ({ sightings: new Sightings(), interest: new Interest(), camera: newId(), number: 0 });
export type Memory = ReturnType<typeof newMemory>;

/** Reads frames until the returned function is called. */
export function readFrames(video: HTMLVideoElement, memory: Memory, watcher: Watcher): () => void {
  const grabber = openGrabber();
  const stillness = new Stillness(performance.now(), STILL_MILLIS);
  const { sightings, interest } = memory;
  // Parts of a picture are sharper than the whole, so each is compared with its like.
  const [wholes, parts] = [new Sharpness(), new Sharpness()];
  let before: Float32Array | undefined;
  let stopped = false;
  sightings.resume(performance.now());

  async function readOne(): Promise<void> {
    const { videoWidth: width, videoHeight: height } = video;
    if (width === 0 || video.readyState < 2) return;
    const region = interest.next(width, height, performance.now());
    const grabbed = await grabber.grab(video, region);
    const whole = region.width === width;
    if (whole) {
      // Only whole pictures can be compared.
      const at = performance.now();
      if (before && stillness.changed(change(before, grabbed.fields), at)) sightings.moved(at);
      before = grabbed.fields;
      const middle = brightnessOfMiddle(grabbed.fields);
      watcher.onlight(middle, middle < DARK ? "dark" : middle > BRIGHT ? "bright" : "fine");
    }
    if (!(whole ? wholes : parts).worth(grabbed.sharpness)) return grabber.done(grabbed);
    const frame = { width: grabbed.width, height: grabbed.height, camera: memory.camera, number: memory.number++ };
    const reading = await door.scanFrame(grabbed.luma, frame).finally(() => grabber.done(grabbed));
    if (stopped) return;
    const at = performance.now();
    const shown = shownPart(width, height, video.clientWidth, video.clientHeight);
    const codes = within(placed(reading.codes, region, grabbed.width, grabbed.height), shown);
    if (codes.length === 0) return;
    interest.saw(codes, at);
    watcher.onseen({ codes, width, height });
    const fresh = fromTheMiddle(sightings.take(codes, at), width, height);
    if (fresh.length > 0) stillness.stir(at);
    fresh.forEach((code) => watcher.onfresh(code));
  }

  async function loop() {
    while (!stopped) {
      const begun = performance.now();
      // A frame that cannot be read is followed by another; only the pictures matter.
      await readOne().catch(() => undefined);
      if (stopped) break;
      if (stillness.over(performance.now())) return watcher.onstill();
      const rest = Math.max(REST_MILLIS, PACE_MILLIS - (performance.now() - begun));
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
  }
  void loop();
  return () => {
    stopped = true;
    grabber.close();
  };
}
