// An engineer cannot settle a matter alone and asks the dispatcher, who sees what was asked and closes it; both see the same.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { until } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { quarrel } from "./quarrel.mjs";

scene("a matter is handed to the dispatcher, exported, and closed at the console", async (t) => {
  const company = await found(t);
  const session = await company.console("ma.chao");
  const device = await quarrel(company, session);
  const browser = await launch(t);
  const page = await openPage(t, browser, `${await device.serve()}/#/attention`);
  const card = page.locator('[data-code="StockBelowZero"]');
  await card.waitFor();
  const before = (await device.query("AskSync")).attention;

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    card.getByRole("button", { name: "Export" }).click(),
  ]);
  const saved = JSON.parse(await readFile(await file.path(), "utf8"));
  assert.equal(saved.attention.code, "StockBelowZero");
  assert.equal(saved.command.name, "UsePart");

  // Nobody closes what they did themselves.
  await card.getByText("A colleague looks at it and closes it.").waitFor();
  assert.equal(await card.getByRole("button", { name: "I have seen it" }).count(), 0);
  await card.getByLabel("Anything to add").fill("The shelf says six");
  await card.getByRole("button", { name: "Hand to dispatcher" }).click();
  await card.getByText("With the dispatcher").waitFor();
  await card.getByText("The shelf says six").waitFor();
  await isSound(page);
  const needed = async () => (await device.query("AskSync")).attention;
  await until("it to need its person no more", async () => (await needed()) === before - 1);
  await until("headquarters to have heard of it", async () => (await device.query("AskSync")).waiting === 0);

  const desk = await openPage(t, browser, `${company.address}/`, { size: "desktop" });
  await session.enter(desk);
  await desk.goto(`${company.address}/#/attention`);
  const asked = desk.locator("section article").first();
  await asked.getByText(/asks you to look at this/).waitFor();
  await asked.getByText("The shelf says six").waitFor();
  await isSound(desk);
  await asked.getByLabel("Anything to add").fill("Counted, six it is");
  await asked.getByRole("button", { name: "I have seen it" }).click();
  await asked.getByText("The shelf says six").waitFor({ state: "detached" });

  // The engineer sees what was decided.
  await page.getByText("All", { exact: true }).click();
  await card.getByText(/Counted, six it is/).waitFor();
  assert.deepEqual([...page.failures, ...desk.failures], []);
});
