// An administrator looks after the tablets and computers: finds one, reports it lost, has it found again.

import assert from "node:assert/strict";
import { isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { until } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";

const rows = (page) => page.locator('[role="row"]:not(.head) [role="gridcell"]:first-child').allTextContents();

scene("a device is found in the console's list, reported lost, emptied and used again", async (t) => {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const today = await engineer.query("AskToday", { position: null });
  const session = await company.console("ma.chao");
  const browser = await launch(t);
  const page = await openPage(t, browser, `${company.address}/`, { size: "desktop" });
  await session.enter(page);
  await page.goto(`${company.address}/#/admin/replica`);
  await page.locator('[role="grid"]').waitFor();
  await until("all devices to stand there", async () => (await rows(page)).length > 5);

  // Found by words, opened by keys alone.
  await page.keyboard.press("/");
  await page.locator('input[type="search"]:focus').waitFor();
  await page.keyboard.type("li wei e2e");
  await until("one device to be found", async () => (await rows(page)).join() === "e2e");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator("aside h2", { hasText: "e2e" }).waitFor();
  await isSound(page);
  await page.getByRole("button", { name: "Report lost" }).click();
  await page.locator(".row", { hasText: "Reported lost" }).waitFor();
  const card = async () =>
    (await session.query("AskReplicas", { id: null, offset: 0, limit: 0 })).replicas.find(
      ({ replica }) => replica.name === "e2e",
    );
  assert.equal((await card()).replica.revoked, true);

  // What it did is set aside, and said; then it is empty.
  await engineer.field(
    "command",
    JSON.stringify({ name: "AddNote", payload: { ticket_id: today.mine[0].id, text: "still here" } }),
  );
  await assert.rejects(engineer.field("sync"));
  await until("what needs attention to be counted", async () => (await card()).attention === 1);
  await page.locator("aside dd a", { hasText: "1" }).waitFor();
  assert.equal((await card()).contact.waiting, 0);
  assert.equal((await engineer.query("AskSession")).seat, "unenrolled");
  const phone = await openPage(t, browser, `${await engineer.serve()}/`);
  await phone.getByText(/This device was reported lost/).waitFor();
  await isSound(phone);
  await page.getByRole("button", { name: "Found again" }).click();
  await page.locator(".row", { hasText: "In use" }).waitFor();

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export as CSV" }).click(),
  ]);
  assert.match(file.suggestedFilename(), /^replica-.*\.csv$/);
  assert.deepEqual(page.failures, []);
});
