// How smoothly a long list scrolls in Chromium, beside a native table of as many rows.

import { judge, median, prepare } from "./bench-series.mjs";
import { launch } from "./harness/browser.mjs";
import { Device } from "./harness/company.mjs";
import { until } from "./harness/programs.mjs";

/** Every sixtieth record is a part. */
const RECORDS = 600_000;
const ROWS = 10_000;
const MILLIS = 5000;
const LIMIT = 50;
const SIZE = { width: 1440, height: 900 };

/** Prints the figure; the number of those that were missed. */
export async function measureScroll(t) {
  const device = new Device(t, await prepare(t, RECORDS));
  await device.serve();
  const browser = await launch(t);
  const plain = await scrollOf(browser, (page) => page.setContent(plainTable()), "html");
  const stock = await scrollOf(browser, (page) => openStock(page, device.printed), '[role="grid"]');
  console.log(`${ROWS} rows from top to bottom by mouse wheel in Chromium, ${SIZE.width}x${SIZE.height}`);
  console.log(`${"frames per second".padEnd(34)} ${"median".padStart(8)} ${"worst".padStart(8)}`);
  show("a native table", plain, "  baseline");
  show("the stock list", stock);
  const worst = Math.min(...stock);
  return judge(`${worst} in the worst second, limit ${LIMIT}`, worst >= LIMIT);
}

function show(what, seconds, remark = "") {
  const worst = String(Math.min(...seconds));
  console.log(`${what.padEnd(34)} ${String(median(seconds)).padStart(8)} ${worst.padStart(8)}${remark}`);
}

function plainTable() {
  const cells = (n) => [`P-${n}`, "A part", "Category", n % 97, "pcs", 5, "Enough"].map((text) => `<td>${text}</td>`);
  const rows = Array.from({ length: ROWS }, (_, n) => `<tr>${cells(n).join("")}</tr>`);
  return `<!doctype html><style>td { height: 36px; padding: 0 8px }</style><table>${rows.join("")}</table>`;
}

async function openStock(page, printed) {
  await page.goto(`${printed}#/stock`);
  const whole = () =>
    page.evaluate((rows) => Number(document.querySelector('[role="grid"]')?.ariaRowCount) > rows, ROWS);
  await until(`${ROWS} parts to be listed`, whole, { seconds: 60 });
}

/** How many frames there were in each second that the wheel turned. */
async function scrollOf(browser, open, css) {
  const context = await browser.newContext({ viewport: SIZE, locale: "en-GB" });
  const page = await context.newPage();
  await open(page);
  await page.mouse.move(SIZE.width / 3, SIZE.height / 2);
  const height = await page.evaluate(watch, css);
  const begun = performance.now();
  for (let sent = 0; sent < height;) {
    const due = Math.min(1, (performance.now() - begun) / MILLIS) * height;
    await page.mouse.wheel(0, due - sent);
    sent = due;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // The last turn of the wheel glides on for a moment.
  const end = async () => (await page.evaluate(report, css)).left <= 1;
  await until(`${css} to be scrolled to its end`, end, { seconds: 5 });
  const { frames } = await page.evaluate(report, css);
  await context.close();
  return perSecond(frames);
}

/** Notes the moment of every frame from now on; gives how far there is to scroll. Runs in the page. */
function watch(css) {
  globalThis.frames = [];
  const note = (moment) => {
    globalThis.frames.push(moment);
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
  const list = document.querySelector(css);
  return list.scrollHeight - list.clientHeight;
}

/** The frames, and how far there is still to scroll. Runs in the page. */
function report(css) {
  const list = document.querySelector(css);
  return { frames: globalThis.frames, left: list.scrollHeight - list.clientHeight - list.scrollTop };
}

/** Of every stretch of one second, not only of those that begin with the clock's. */
function perSecond(moments) {
  const whole = moments.filter((moment) => moment + 1000 <= moments.at(-1));
  return whole.map((from) => moments.filter((moment) => moment > from && moment <= from + 1000).length);
}
