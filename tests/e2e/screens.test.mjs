// axe finds nothing on any screen, nothing fails on it, and nothing is wider than a narrow phone.

import { isSound, launch, openPage } from "./harness/browser.mjs";
import { Device, found } from "./harness/company.mjs";
import { folder } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { consoleScreens, fieldScreens, isWhole } from "./screens.mjs";

/** Looks at each screen; tells all that is wrong, not the first alone. */
async function look(page, address, screens, what, check) {
  const wrong = [];
  for (const { name, hash } of screens) {
    await page.goto(`${address}/${hash}`);
    try {
      await isWhole(page);
      await check(page, `${name}, ${what}`);
    } catch (error) {
      wrong.push(error.message);
    }
  }
  return wrong;
}

async function fits(page, what) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (width > 0) throw new Error(`${what}: ${width} px wider than the screen`);
}

function allFine(wrong) {
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

scene("the engineer's screens are sound, and fit on a narrow phone", async (t) => {
  const company = await found(t);
  const device = await company.enrol("li.wei");
  const screens = await fieldScreens(device);
  const address = await device.serve();
  const nobodys = await new Device(t, await folder(t, "new")).serve();
  const enrol = [{ name: "enrol", hash: "" }];
  const browser = await launch(t);
  const wrong = [];
  for (const [locale, theme] of [
    ["zh-CN", "light"],
    ["en-GB", "dark"],
  ]) {
    const page = await openPage(t, browser, `${address}/#/today`, { locale, theme });
    const what = `${locale} ${theme}`;
    wrong.push(...(await look(page, address, screens, what, isSound)));
    wrong.push(...(await look(page, nobodys, enrol, what, isSound)));
    await page.setViewportSize({ width: 320, height: 640 });
    wrong.push(...(await look(page, address, screens, what, fits)));
    wrong.push(...(await look(page, nobodys, enrol, what, fits)));
  }
  allFine(wrong);
});

scene("the console's screens are sound", async (t) => {
  const company = await found(t);
  const session = await company.console("ma.chao");
  const screens = await consoleScreens(session);
  const browser = await launch(t);
  const wrong = [];
  for (const [locale, theme] of [
    ["zh-CN", "dark"],
    ["en-GB", "light"],
  ]) {
    const page = await openPage(t, browser, `${company.address}/`, { locale, theme, size: "desktop" });
    const what = `${locale} ${theme}`;
    wrong.push(...(await look(page, company.address, [{ name: "sign-in", hash: "" }], what, isSound)));
    await session.enter(page);
    wrong.push(...(await look(page, company.address, screens, what, isSound)));
  }
  allFine(wrong);
});
