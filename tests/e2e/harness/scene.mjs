// A test that leaves a picture of what stood on the screen when it failed.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const results = join(import.meta.dirname, "../../../test-results");
const witnesses = new WeakMap();

/** Has a picture taken by `take(path)` if the test fails. */
export function witness(t, take) {
  witnesses.set(t, [...(witnesses.get(t) ?? []), take]);
}

/** Like `test` of the runner. */
export function scene(name, tell) {
  test(name, async (t) => {
    try {
      await tell(t);
    } catch (error) {
      await mkdir(results, { recursive: true });
      for (const [index, take] of (witnesses.get(t) ?? []).entries()) {
        const path = join(results, `${name.replace(/\W+/g, "-").slice(0, 60)}-${index}.png`);
        await take(path).then(
          () => t.diagnostic(`what stood on the screen: ${path}`),
          (fault) => t.diagnostic(`no picture: ${fault}`),
        );
      }
      throw error;
    }
  });
}
