// What is held in front of a camera, and what a camera takes.

import { join } from "node:path";
import { folder, program, run } from "./programs.mjs";

/** A photo of several megapixels. */
export async function makePhoto(t) {
  const path = join(await folder(t, "photo"), "photo.jpg");
  const scene = "mandelbrot=size=3000x2000:rate=1";
  await run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", scene, "-frames:v", "1", "-q:v", "4", path]);
  return path;
}

/** A label as Outpost prints it. */
export async function makeLabel(t, code, title) {
  const path = join(await folder(t, "label"), "label.png");
  await run(program("outpost"), ["label", "--code", code, "--title", title, "--output", "png", "-o", path]);
  return path;
}
