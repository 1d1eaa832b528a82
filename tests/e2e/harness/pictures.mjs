// Pictures as a phone takes them.

import { join } from "node:path";
import { folder, run } from "./programs.mjs";

/** A photo of several megapixels. */
export async function makePhoto(t) {
  const path = join(await folder(t, "photo"), "photo.jpg");
  const scene = "mandelbrot=size=3000x2000:rate=1";
  await run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", scene, "-frames:v", "1", "-q:v", "4", path]);
  return path;
}
