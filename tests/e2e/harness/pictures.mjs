// What is held in front of a camera, and what a camera takes.

import { writeFile } from "node:fs/promises";
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

/** A photograph of several labels side by side, `columns` in a row. */
export async function makeShelf(t, things, { columns, width }) {
  const labels = await Promise.all(things.map(({ code, title }) => makeLabel(t, code, title)));
  const path = join(await folder(t, "shelf"), "shelf.png");
  const inputs = labels.flatMap((label) => ["-i", label]);
  const across = Math.floor(width / columns / 2) * 2;
  const down = Math.floor((across * 437) / 827 / 2) * 2;
  const scaled = labels.map((_, at) => `[${at}:v]scale=${across}:${down},format=gray[l${at}]`);
  const places = labels.map((_, at) => `${(at % columns) * across}_${Math.floor(at / columns) * down}`);
  const stack = `${labels.map((_, at) => `[l${at}]`).join("")}xstack=inputs=${labels.length}:layout=${places.join("|")}:fill=gray`;
  const filter = [...scaled, stack].join(";");
  await run("ffmpeg", ["-v", "error", ...inputs, "-filter_complex", filter, "-frames:v", "1", path]);
  return path;
}

/** A sheet of labels, drawn at once. */
export async function makeSheet(t, things) {
  const place = await folder(t, "sheet");
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const rows = things.map(({ code, title }) => `${quoted(code)},${quoted(title)}`);
  await writeFile(join(place, "labels.csv"), ["code,title", ...rows].join("\n"));
  const path = join(place, "labels.png");
  const from = ["--from", join(place, "labels.csv"), "--paper", "a4_65", "--output", "png"];
  await run(program("outpost"), ["label", ...from, "-o", path]);
  return path;
}
