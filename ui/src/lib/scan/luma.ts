// Brightness of a picture, one byte per pixel, as the decoder wants it.

/** Turns RGBA into brightness with the weights of BT.601, in whole numbers. */
export function toLuma(rgba: Uint8ClampedArray | Uint8Array, into: Uint8Array): Uint8Array {
  for (let from = 0, to = 0; to < into.length; from += 4, to += 1) {
    into[to] = ((rgba[from] ?? 0) * 77 + (rgba[from + 1] ?? 0) * 150 + (rgba[from + 2] ?? 0) * 29) >> 8;
  }
  return into;
}

/** The size at which a frame is read: never wider than 1280. */
export function frameSize(width: number, height: number, widest = 1280): [width: number, height: number] {
  if (width <= widest) return [width, height];
  return [widest, Math.round((height * widest) / width)];
}
