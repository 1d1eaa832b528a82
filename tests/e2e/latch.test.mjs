// The page of a device opens for whoever comes by the printed address; whoever comes otherwise is told so.

import assert from "node:assert/strict";
import { isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { scene } from "./harness/scene.mjs";

scene(
  "a device's page opens by the printed address alone, and stays open when the program is started again",
  async (t) => {
    const company = await found(t);
    const device = await company.enrol("li.wei");
    const address = await device.serve();
    const browser = await launch(t);
    const page = await openPage(t, browser, `${address}/#/today`, { stranger: true });
    await page.getByRole("heading", { name: "Come by the address that was printed" }).waitFor();
    await page.getByRole("heading", { name: "请使用程序打印的地址" }).waitFor();
    await isSound(page);

    await page.goto(`${device.printed}#/today`);
    await page.locator('[data-testid="next-ticket"]').waitFor();
    assert.equal(page.url(), `${address}/#/today`, "the secret does not stay in the address");
    const [cookie] = await page.context().cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, "Strict"]);

    // The same page goes on when the program was started again at the same port.
    await device.served.stop();
    await device.serve(new URL(address).port);
    await page.reload();
    await page.locator('[data-testid="next-ticket"]').waitFor();

    // A page whose pass is gone says what to do.
    await page.context().clearCookies();
    await page.reload();
    await page.getByRole("heading", { name: "Come by the address that was printed" }).waitFor();
    assert.deepEqual(page.failures, []);
  },
);
