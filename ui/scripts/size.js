// Prints how much the engineer's first screen loads, compressed, and fails above the limit. Run it after a build.

import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limitKilobytes = 200;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

/** Everything that is loaded along with an entry, without what waits for an `import()`. */
function closure(keys) {
  const files = new Set();
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    files.add(chunk.file);
    (chunk.css ?? []).forEach((file) => files.add(file));
    (chunk.imports ?? []).forEach(visit);
  };
  keys.forEach(visit);
  return files;
}

const kilobytes = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1024;
// Today stands in the same piece as what starts it; if ever it does not, its own file counts as well.
const first = closure(["index.html", "src/lib/today/Today.svelte"].filter((key) => key in manifest));
let total = 0;
for (const file of first) total += kilobytes(file);

const all = readdirSync(new URL("assets/", dist)).filter((file) => /\.(js|css)$/.test(file));
const whole = all.reduce((sum, file) => sum + kilobytes(`assets/${file}`), 0);

console.log(`first screen: ${total.toFixed(1)} KB compressed in ${first.size} files (limit ${limitKilobytes} KB)`);
console.log(`all screens:  ${whole.toFixed(1)} KB compressed in ${all.length} files`);
if (total > limitKilobytes) {
  console.error("The first screen is too large: look for a static import that should be an import().");
  process.exit(1);
}
