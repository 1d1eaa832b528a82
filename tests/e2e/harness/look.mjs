// Looking at screens one after the other, and telling all that is wrong, not the first alone.

import { isWhole } from "../screens.mjs";

/** Has each screen checked; gives what is wrong. */
export async function look(page, address, screens, what, check) {
  const wrong = [];
  for (const { name, hash } of screens) {
    await page.goto(`${address}/${hash}`);
    try {
      await isWhole(page);
      await check(page);
    } catch (error) {
      wrong.push(`${name}, ${what}: ${error.message}`);
    }
  }
  return wrong;
}

/** Nothing is wider than the screen. */
export async function fits(page) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (width > 0) throw new Error(`${width} px wider than the screen`);
}

/** Fails with all that was found. */
export function allFine(wrong) {
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}
