import assert from "node:assert/strict";
import { launchOn } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { folder, until } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";

const FIELD = '#open-ticket input[maxlength="200"]';
const TYPED = "Door opens too slowly 开门慢";

/** What is on the disk of what was typed. */
const written = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opened = indexedDB.open("outpost-drafts");
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
          const all = opened.result.transaction("draft").objectStore("draft").getAll();
          all.onsuccess = () => resolve(all.result.join("\n"));
        };
      }),
  );

scene("what was typed last is there when the browser was killed at once", async (t) => {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const { mine } = await engineer.query("AskToday", { position: null });
  const { device_id } = mine.find((card) => card.device_id);
  const printed = await engineer.serve();
  const profile = await folder(t, "profile");
  const address = `${new URL(printed).origin}/#/ticket/new?device=${device_id}`;

  const first = await launchOn(t, profile);
  await first.page.goto(address);
  await first.page.fill(FIELD, TYPED);
  await until("the draft to be written", async () => (await written(first.page)).includes(TYPED));
  await first.kill();

  const second = await launchOn(t, profile);
  await second.page.goto(address);
  await until("the draft to be shown", async () => (await second.page.inputValue(FIELD)) === TYPED);
  // What was cleared stays so.
  await second.page.fill(FIELD, "");
  await until("the draft to be cleared", async () => !(await written(second.page)).includes(TYPED));
  await second.kill();

  const third = await launchOn(t, profile);
  await third.page.goto(address);
  await third.page.waitForSelector(FIELD);
  assert.equal(await third.page.inputValue(FIELD), "");
});
