// The key of the data cannot be had at this moment: that is said, nothing is lost, and with the key all is there again. Where the
// key lies stands under Me.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { scene } from "./harness/scene.mjs";

scene("data whose key is locked is said to be locked, and opens when the key is there", async (t) => {
  const company = await found(t);
  const device = await company.enrol("li.wei");
  const file = join(device.replica, "key.json");
  const kept = await readFile(file, "utf8");
  // As the key store of the system would keep it; nobody runs one here.
  const { id } = JSON.parse(kept);
  await writeFile(file, JSON.stringify({ id }));
  const browser = await launch(t);
  const page = await openPage(t, browser, `${await device.serve()}/`);
  await page.getByText("The key store of this system does not give the key to the data.").waitFor();
  await page.getByText(/Nothing was lost: the data is here, encrypted/).waitFor();
  await isSound(page);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("The key store of this system does not give the key to the data.").waitFor();

  await writeFile(file, kept);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator('[data-testid="next-ticket"]').waitFor();
  await page.goto(`${new URL(page.url()).origin}/#/me`);
  await page.getByText("Encrypted; the key is in a file beside the data").waitFor();
  await isSound(page);
  assert.deepEqual(
    page.failures.filter((failure) => !/500|locked/i.test(failure)),
    [],
  );
});
