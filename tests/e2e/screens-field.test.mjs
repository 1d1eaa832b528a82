// axe finds nothing on the engineer's screens, nothing fails on them, and nothing is wider than a narrow phone.

import { isSound, launch, openPage } from "./harness/browser.mjs";
import { Device, found } from "./harness/company.mjs";
import { allFine, fits, look } from "./harness/look.mjs";
import { folder } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { quarrel } from "./quarrel.mjs";
import { attentionScreens, fieldScreens } from "./screens.mjs";

scene("the engineer's screens are sound, and fit on a narrow phone", async (t) => {
  const company = await found(t);
  const device = await company.enrol("li.wei");
  const screens = await fieldScreens(device);
  const address = await device.serve();
  const troubled = await quarrel(company, await company.console("ma.chao"));
  const troubles = await attentionScreens(troubled);
  const troubledAddress = await troubled.serve();
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
    wrong.push(...(await look(page, troubledAddress, troubles, what, isSound)));
    wrong.push(...(await look(page, nobodys, enrol, what, isSound)));
    await page.setViewportSize({ width: 320, height: 640 });
    wrong.push(...(await look(page, address, screens, what, fits)));
    wrong.push(...(await look(page, troubledAddress, troubles, what, fits)));
    wrong.push(...(await look(page, nobodys, enrol, what, fits)));
  }
  allFine(wrong);
});
