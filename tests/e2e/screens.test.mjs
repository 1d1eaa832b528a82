// axe finds nothing on any screen, nothing fails on it, and nothing is wider than a narrow phone.

import assert from "node:assert/strict";
import { isSound, launch, openPage } from "./harness/browser.mjs";
import { Device, found } from "./harness/company.mjs";
import { folder } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { consoleScreens, fieldScreens, isWhole } from "./screens.mjs";

/** Looks at each screen; tells all that is wrong, not the first alone. */
async function look(page, address, screens, what) {
  const wrong = [];
  for (const { name, hash } of screens) {
    await page.goto(`${address}/${hash}`);
    try {
      await isWhole(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(width <= 0, `${width} px wider than the screen`);
      await isSound(page, name);
    } catch (error) {
      wrong.push(`${name}, ${what}: ${error.message}`);
      page.failures.length = 0;
    }
  }
  return wrong;
}

const narrow = { width: 320, height: 640 };

scene("the engineer's screens are sound", async (t) => {
  const company = await found(t);
  const device = await company.enrol("li.wei");
  const screens = await fieldScreens(device);
  const address = await device.serve();
  const nobodys = await new Device(t, await folder(t, "new")).serve();
  const browser = await launch(t);
  const wrong = [];
  for (const [locale, theme] of [
    ["zh-CN", "light"],
    ["en-GB", "dark"],
  ]) {
    const page = await openPage(t, browser, `${address}/#/today`, { locale, theme });
    wrong.push(...(await look(page, address, screens, `${locale} ${theme}`)));
    await page.setViewportSize(narrow);
    wrong.push(...(await look(page, address, screens.slice(0, 6), `${locale} ${theme} narrow`)));
    wrong.push(...(await look(page, nobodys, [{ name: "enrol", hash: "" }], locale)));
  }
  assert.equal(wrong.join("\n"), "");
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
    wrong.push(...(await look(page, company.address, [{ name: "sign-in", hash: "" }], `${locale} ${theme}`)));
    await page.context().addCookies([cookieOf(session, company.address)]);
    await page.reload();
    wrong.push(...(await look(page, company.address, screens, `${locale} ${theme}`)));
  }
  assert.equal(wrong.join("\n"), "");
});

function cookieOf({ cookie }, url) {
  const [name, value] = cookie.split("=");
  return { name, value, url };
}
