// A new device whose line breaks before all of its data has come.

import assert from "node:assert/strict";
import { isSound, launch, openPage } from "./harness/browser.mjs";
import { Device, found } from "./harness/company.mjs";
import { PageHands } from "./harness/hands.mjs";
import { folder } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { stands } from "./story.mjs";

/** Less than the whole of an engineer's data, and more than what today's visits need. */
const SOME = 60_000;

scene("a new device says that it is being filled, works with what it has, and is stopped and goes on", async (t) => {
  const company = await found(t);
  const session = await company.console("ma.chao");
  const { records } = await session.query("AskList", {
    kind: "tag",
    text: "",
    field: "target",
    value: "device",
    offset: 0,
    limit: 1,
  });
  const { code } = records[0].record;

  const device = new Device(t, await folder(t, "replica"));
  const link = await company.invite("li.wei");
  company.network.cutAfter(SOME);
  await device.field("enroll", link, "--name", "new");
  company.network.silence();
  const browser = await launch(t);
  const page = await openPage(t, browser, `${await device.serve()}/#/sync`);
  const hands = new PageHands(page);
  await stands(hands, "filling");
  await page.getByTestId("sync-chip").getByText("%").waitFor();
  await page.locator("progress").waitFor();
  await isSound(page);

  // What has come can be used; what has not is not said to be unknown for good.
  await page.goto(`${device.address}/#/scan`);
  await page.locator("form input").last().fill("NOT-THERE-YET");
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="scan-result"][data-meaning="unknown"]').waitFor();
  await stands(hands, "filling");

  await page.goto(`${device.address}/#/sync`);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("You stopped it").waitFor();
  await stands(hands, "filling");
  await isSound(page);

  company.network.restore();
  await page.getByRole("button", { name: "Sync now" }).click();
  await stands(hands, "settled");
  const meaning = await device.query("AskCode", { code });
  assert.equal(meaning.meaning, "device");
  assert.deepEqual(page.failures, []);
});
