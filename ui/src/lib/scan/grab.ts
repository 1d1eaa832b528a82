// One frame of a video as brightness: in a worker where the browser can, on the screen's own thread where it cannot.

import type { Delivery, Order } from "./grab.worker";
import { fields, frameSize, sharpness, toLuma, type Region } from "./luma";

export interface Grabbed {
  luma: Uint8Array;
  width: number;
  height: number;
  /** See `fields` in luma.ts. */
  fields: Float32Array;
  sharpness: number;
}

export interface Grabber {
  grab(video: HTMLVideoElement, region: Region): Promise<Grabbed>;
  /** Gives pixels back that were read. */
  done(grabbed: Grabbed): void;
  close(): void;
}

/** A worker that does not answer for so long is no use. */
const PATIENCE_MILLIS = 2000;

/** Works here: every browser can do that. */
function grabberHere(): Grabber {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let luma = new Uint8Array(0);
  return {
    grab(video, region) {
      const [width, height] = frameSize(region.width, region.height);
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      if (luma.length !== width * height) luma = new Uint8Array(width * height);
      if (!context) return Promise.reject(new Error("no canvas"));
      context.drawImage(video, region.x, region.y, region.width, region.height, 0, 0, width, height);
      toLuma(context.getImageData(0, 0, width, height).data, luma);
      return Promise.resolve({
        luma,
        width,
        height,
        fields: fields(luma, width, height),
        sharpness: sharpness(luma, width, height),
      });
    },
    done: () => undefined,
    close: () => undefined,
  };
}

function canWork(): boolean {
  return "Worker" in globalThis && "OffscreenCanvas" in globalThis && "createImageBitmap" in globalThis;
}

/** A frame that can be handed over without copying its pixels, where the browser has that. */
async function frameOf(video: HTMLVideoElement): Promise<VideoFrame | ImageBitmap> {
  if ("VideoFrame" in globalThis) {
    try {
      return new VideoFrame(video);
    } catch {
      // Some streams have no frame of that kind; a bitmap does as well.
    }
  }
  return createImageBitmap(video);
}

/** Works in a worker; the first frame that it cannot do sends all others to the screen's thread. */
function grabberInWorker(): Grabber {
  const worker = new Worker(new URL("./grab.worker.ts", import.meta.url), { type: "module" });
  let instead: Grabber | undefined;
  let spare: ArrayBuffer | undefined;

  async function ask(order: Order): Promise<Delivery> {
    const transfer: Transferable[] = [order.frame, ...(order.spare ? [order.spare] : [])];
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(null), PATIENCE_MILLIS);
      const settle = (delivery: Delivery) => {
        clearTimeout(late);
        resolve(delivery);
      };
      worker.onmessage = ({ data }: MessageEvent<Delivery>) => settle(data);
      worker.onerror = () => settle(null);
      worker.postMessage(order, transfer);
    });
  }

  return {
    async grab(video, region) {
      if (instead) return instead.grab(video, region);
      const [width, height] = frameSize(region.width, region.height);
      const order = { frame: await frameOf(video), region, width, height, spare };
      spare = undefined;
      const delivery = await ask(order).catch(() => null);
      if (delivery) return { ...delivery, luma: new Uint8Array(delivery.luma), width, height };
      worker.terminate();
      instead = grabberHere();
      return instead.grab(video, region);
    },
    done: ({ luma }) => {
      if (!instead) spare = luma.buffer as ArrayBuffer;
    },
    close: () => worker.terminate(),
  };
}

export const openGrabber = (): Grabber => (canWork() ? grabberInWorker() : grabberHere());
