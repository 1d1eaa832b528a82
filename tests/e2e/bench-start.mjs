// How long the app takes to its first useful screen, beside an empty window of the same Tauri.

import { judge, median, percentile, prepare } from "./bench-series.mjs";
import { program } from "./harness/programs.mjs";
import { openProgram } from "./harness/window.mjs";

const RECORDS = 100_000;
const TIMES = 12;
const LIMIT = 1.3;
const PATIENCE_MILLIS = 30_000;

/** Prints the figure; the number of those that were missed. */
export async function measureStart(t) {
  const replica = await prepare(t, RECORDS);
  const empty = { binary: program("examples/empty-window"), args: [], css: '[data-testid="empty"]' };
  const app = { binary: program("outpost-app"), args: ["--replica", replica], css: '[data-testid="next-ticket"]' };
  // The first of each fills the caches of the disk, and is not counted.
  for (const each of [empty, app]) await start(each);
  const taken = { empty: [], app: [] };
  for (let n = 0; n < TIMES; n++) {
    // By turns, so that a machine that becomes slower is so for both.
    taken.empty.push(await start(empty));
    taken.app.push(await start(app));
  }
  console.log(`start of the app, ${RECORDS} records, ${TIMES} times each by turns; milliseconds`);
  console.log(`${"".padEnd(34)} ${"median".padStart(8)} ${"p95".padStart(8)}`);
  show("an empty window to its page", taken.empty, "  baseline");
  show("the app to Today's next ticket", taken.app);
  const ratio = median(taken.app) / median(taken.empty);
  return judge(`${ratio.toFixed(2)} x baseline, limit ${LIMIT.toFixed(2)}`, ratio <= LIMIT);
}

function show(what, series, remark = "") {
  const column = (percent) => percentile(series, percent).toFixed(0).padStart(8);
  console.log(`${what.padEnd(34)} ${column(50)} ${column(95)}${remark}`);
}

/** From the request to start the program until an element of its page is shown; the screen is there before. */
async function start({ binary, args, css }) {
  const undo = [];
  const t = { after: (work) => undo.push(work) };
  try {
    const window = await openProgram(t, binary, args);
    await shown(window, css);
    return performance.now() - window.startedAt;
  } finally {
    for (const work of undo.reverse()) await work();
  }
}

/** Looks more often than `find` of a window, whose pauses would be seen in the figure. */
async function shown(window, css) {
  const end = performance.now() + PATIENCE_MILLIS;
  while (performance.now() < end) {
    const found = await window.ask("POST", "/elements", { using: "css selector", value: css });
    const id = Object.values(found[0] ?? {})[0];
    if (id && (await window.ask("GET", `/element/${id}/displayed`))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${css} was never shown`);
}
