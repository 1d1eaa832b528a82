// The figures that need a window and a browser, each beside a baseline of the same run. `./dev bench` runs it.
// `node bench.mjs start`, `scroll` or `scan` measures only that.

import { measureScan } from "./bench-scan.mjs";
import { measureScroll } from "./bench-scroll.mjs";
import { measureStart } from "./bench-start.mjs";

const figures = { start: measureStart, scroll: measureScroll, scan: measureScan };
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(figures);

let missed = 0;
for (const name of wanted) {
  const undo = [];
  const t = { after: (work) => undo.push(work) };
  try {
    missed += await figures[name](t);
  } finally {
    for (const work of undo.reverse()) await work();
  }
}
if (missed > 0) {
  console.error(`${missed} figures were missed`);
  process.exitCode = 1;
}
