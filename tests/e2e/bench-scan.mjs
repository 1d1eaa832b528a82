// From a code in front of the camera to its device on the screen, in Chromium.

import { judge, median, percentile } from "./bench-series.mjs";
import { film, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { makeLabel } from "./harness/pictures.mjs";
import { deviceWithoutTicket } from "./story.mjs";

const TIMES = 25;
const LIMIT = 300;
/** What was in sight counts again only after it was away for a while. */
const HELD_SECONDS = 1.5;
const WALL_SECONDS = 2.5;

/** Prints the figure; the number of those that were missed. */
export async function measureScan(t) {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const { device, code } = await deviceWithoutTicket(engineer);
  const label = await makeLabel(t, code, device.name_en);
  const path = await film(t, label, { seconds: HELD_SECONDS, wall: WALL_SECONDS, rate: 30 });
  const browser = await launch(t, { film: path });
  const page = await openPage(t, browser, `${await engineer.serve()}/#/scan`);
  await page.locator("video").waitFor();
  const { opened, taken, captured } = await page.evaluate(watch, TIMES);
  const from = captured ? "the moment the camera took it" : "its first frame on the screen";
  console.log(
    `a label held before a camera of 640 x 480 at 30 frames a second, ${TIMES} times, from ${from}; milliseconds`,
  );
  console.log(`${"".padEnd(34)} ${"median".padStart(8)} ${"p95".padStart(8)} ${"longest".padStart(8)}`);
  const column = (percent) => percentile(taken, percent).toFixed(0).padStart(8);
  console.log(`${"to its device on the screen".padEnd(34)} ${column(50)} ${column(95)} ${column(100)}`);
  console.log(`${"the camera, opened again".padEnd(34)} ${opened.toFixed(0).padStart(8)}`);
  return judge(`${median(taken).toFixed(0)} ms median, limit ${LIMIT}`, median(taken) <= LIMIT);
}

/** Notes when the label comes into sight and when its device stands on the screen. Runs in the page. */
async function watch(times) {
  const sample = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const frame = (video) => new Promise((done) => video.requestVideoFrameCallback((now, about) => done([now, about])));
  const shown = async (css) => {
    while (!document.querySelector(css)) {
      await new Promise((done) => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          done();
        });
        observer.observe(document.body, { childList: true, subtree: true });
      });
    }
    return document.querySelector(css);
  };
  let captured = true;

  /** The first frame with the label after one without: white paper before a grey wall. */
  async function comesIntoSight() {
    const video = await shown("video");
    for (let wall = false; ;) {
      const [now, about] = await frame(video);
      sample.drawImage(video, 4, 4, 1, 1, 0, 0, 1, 1);
      const bright = sample.getImageData(0, 0, 1, 1).data[0] > 200;
      captured &&= about.captureTime !== undefined;
      if (wall && bright) return about.captureTime ?? now;
      wall ||= !bright;
    }
  }

  const taken = [];
  while (taken.length < times) {
    const since = await comesIntoSight();
    const result = await shown('[data-testid="scan-result"][data-meaning="device"]');
    await painted();
    taken.push(performance.now() - since);
    result.closest('[role="dialog"]').querySelector("button").click();
  }
  location.hash = "#/today";
  await shown('[data-testid="next-ticket"]');
  const begun = performance.now();
  location.hash = "#/scan";
  await frame(await shown("video"));
  return { taken, captured, opened: performance.now() - begun };
}
