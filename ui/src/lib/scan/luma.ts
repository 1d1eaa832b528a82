// Brightness of a picture, one byte per pixel, as the decoder wants it; and what else can be told from it. Everything here
// also runs in the worker.

/** A part of a picture, in its pixels. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Turns RGBA into brightness with the weights of BT.601, in whole numbers. */
export function toLuma(rgba: Uint8ClampedArray | Uint8Array, into: Uint8Array): Uint8Array {
  for (let from = 0, to = 0; to < into.length; from += 4, to += 1) {
    into[to] = ((rgba[from] ?? 0) * 77 + (rgba[from + 1] ?? 0) * 150 + (rgba[from + 2] ?? 0) * 29) >> 8;
  }
  return into;
}

/** The size at which a picture is read: its longer side is never longer than this. */
export function frameSize(width: number, height: number, longest = 1280): [width: number, height: number] {
  const longer = Math.max(width, height);
  if (longer <= longest) return [width, height];
  return [Math.round((width * longest) / longer), Math.round((height * longest) / longer)];
}

const COLUMNS = 16;
const ROWS = 12;
/** Every so many pixels are enough for the mean of a field. */
const STRIDE = 4;

/** The picture in a few fields of mean brightness: what the noise of a sensor does not change, but a hand does. */
export function fields(luma: Uint8Array, width: number, height: number): Float32Array {
  const sums = new Float32Array(COLUMNS * ROWS);
  const counts = new Uint32Array(COLUMNS * ROWS);
  for (let y = 0; y < height; y += STRIDE) {
    const row = Math.floor((y * ROWS) / height) * COLUMNS;
    for (let x = 0; x < width; x += STRIDE) {
      const field = row + Math.floor((x * COLUMNS) / width);
      sums[field] = (sums[field] ?? 0) + (luma[y * width + x] ?? 0);
      counts[field] = (counts[field] ?? 0) + 1;
    }
  }
  return sums.map((sum, field) => sum / Math.max(1, counts[field] ?? 1));
}

/** How sharp a picture is, in no unit: the mean step from one pixel to the next. Motion and lack of focus lower it. */
export function sharpness(luma: Uint8Array, width: number, height: number): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < height; y += STRIDE) {
    const row = y * width;
    for (let x = 1; x < width; x += 1) {
      sum += Math.abs((luma[row + x] ?? 0) - (luma[row + x - 1] ?? 0));
      count += 1;
    }
  }
  return sum / Math.max(1, count);
}

/** How bright a picture is on the whole, 0 to 255. */
export const brightness = (fields: Float32Array) => fields.reduce((sum, field) => sum + field, 0) / fields.length;

/** The same of its middle, where what is to be read is held. */
export function brightnessOfMiddle(fields: Float32Array): number {
  const inside = (at: number, length: number) => at >= length / 4 && at < (length * 3) / 4;
  const middle = fields.filter(
    (_, field) => inside(field % COLUMNS, COLUMNS) && inside(Math.floor(field / COLUMNS), ROWS),
  );
  return brightness(middle);
}

/** How much two pictures differ: the mean change of a field, 0 to 255. */
export function change(before: Float32Array, now: Float32Array): number {
  let sum = 0;
  for (let field = 0; field < now.length; field += 1) sum += Math.abs((now[field] ?? 0) - (before[field] ?? 0));
  return sum / Math.max(1, now.length);
}
