// axe finds nothing on the console's screens, and nothing fails on them.

import { isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { allFine, look } from "./harness/look.mjs";
import { scene } from "./harness/scene.mjs";
import { consoleScreens } from "./screens.mjs";

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
