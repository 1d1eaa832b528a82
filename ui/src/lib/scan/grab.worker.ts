// Turns frames of the camera into brightness, away from the screen's thread.

import { fields, sharpness, toLuma, type Region } from "./luma";

/** What the worker is asked. The frame is transferred, and closed here. */
export interface Order {
  frame: VideoFrame | ImageBitmap;
  region: Region;
  width: number;
  height: number;
  /** A buffer that is no longer needed, to be filled again. */
  spare?: ArrayBuffer;
}

/** What it answers; nothing when this browser cannot do it here. */
export type Delivery = { luma: ArrayBuffer; fields: Float32Array; sharpness: number } | null;

let canvas: OffscreenCanvas | undefined;
let context: OffscreenCanvasRenderingContext2D | null = null;

function deliver({ frame, region, width, height, spare }: Order): Delivery {
  if (!canvas || canvas.width !== width || canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height);
    context = canvas.getContext("2d", { willReadFrequently: true });
  }
  if (!context) return null;
  context.drawImage(frame, region.x, region.y, region.width, region.height, 0, 0, width, height);
  const length = width * height;
  const luma = new Uint8Array(spare?.byteLength === length ? spare : new ArrayBuffer(length));
  toLuma(context.getImageData(0, 0, width, height).data, luma);
  return {
    luma: luma.buffer as ArrayBuffer,
    fields: fields(luma, width, height),
    sharpness: sharpness(luma, width, height),
  };
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  let delivery: Delivery = null;
  try {
    delivery = deliver(data);
  } catch {
    // Whoever asked goes on without this worker.
  } finally {
    data.frame.close();
  }
  postMessage(delivery, { transfer: delivery ? [delivery.luma] : [] });
});
