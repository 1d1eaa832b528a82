// Frames of a camera, read one at a time: while one is being read the others are dropped, never queued.

import { door, type Reading, type ScannedCode } from "$lib/door";
import { frameSize, toLuma } from "./luma";

export type CameraTrouble = "missing" | "denied" | "busy" | "insecure";

export function troubleOf(thrown: unknown): CameraTrouble {
  const name = thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "missing";
}

export async function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
}

/** Whether the camera of this stream has a lamp. */
export function hasTorch(stream: MediaStream): boolean {
  const track = stream.getVideoTracks()[0];
  const abilities: Record<string, unknown> = { ...track?.getCapabilities?.() };
  return abilities.torch === true;
}

export async function setTorch(stream: MediaStream, on: boolean): Promise<void> {
  const lamp = { advanced: [{ torch: on }] } as unknown as MediaTrackConstraints;
  await stream.getVideoTracks()[0]?.applyConstraints(lamp);
}

export interface Found {
  code: ScannedCode;
  width: number;
  height: number;
}

/** Reads frames until the returned function is called. */
export function readFrames(video: HTMLVideoElement, onfound: (found: Found) => void): () => void {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let stopped = false;
  let luma = new Uint8Array(0);

  async function readOne(): Promise<void> {
    if (!context || video.videoWidth === 0 || video.readyState < 2) return;
    const [width, height] = frameSize(video.videoWidth, video.videoHeight);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      luma = new Uint8Array(width * height);
    }
    context.drawImage(video, 0, 0, width, height);
    toLuma(context.getImageData(0, 0, width, height).data, luma);
    const reading: Reading = await door.scanFrame(luma, width, height);
    const code = reading.codes[0];
    if (code && !stopped) onfound({ code, width, height });
  }

  async function loop() {
    while (!stopped) {
      const begun = performance.now();
      // A frame that cannot be read is followed by another; only the pictures matter.
      await readOne().catch(() => undefined);
      const rest = Math.max(20, 66 - (performance.now() - begun));
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
  }
  void loop();
  return () => (stopped = true);
}
