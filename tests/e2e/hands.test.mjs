// Real hands: they leave in the middle of a word, tap twice, and hold a scanner that is too slow to be told from a hand.

import assert from "node:assert/strict";
import { isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { PageHands } from "./harness/hands.mjs";
import { makePhoto } from "./harness/pictures.mjs";
import { until } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { doStep } from "./story.mjs";

const STEP = '[data-testid="current-step"]';
const field = (key) => `${STEP} [data-demand="${key}"]`;

scene("what stands in a field when the app ends is what is recorded, and never by halves", async (t) => {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const { mine } = await engineer.query("AskToday", { position: null });
  const { device_id } = mine.find((card) => card.ticket_kind === "repair" && card.device_id);
  const browser = await launch(t);
  const page = await openPage(t, browser, `${await engineer.serve()}/#/ticket/new?device=${device_id}`);
  const hands = new PageHands(page);

  // The form outlives the program, and says so.
  await page.locator('#open-ticket input[maxlength="200"]').fill("Door opens too slowly");
  await page.reload();
  await hands.see('[data-testid="restored"]');
  assert.equal(await page.locator('#open-ticket input[maxlength="200"]').inputValue(), "Door opens too slowly");
  await hands.press("button.primary", { text: "Open ticket" });
  await hands.see(STEP);
  const id = page.url().split("/").at(-1);

  // Finished with nothing: each place says what is missing, and the first has the focus.
  await hands.press("button.primary", { text: "Start: Arrive" });
  await hands.press("button.primary", { text: "Finish" });
  await hands.see(`${STEP} .lacking`, { text: "Not ticked yet" });
  assert.equal(await page.locator(`${STEP} .lacking`).count(), 2);
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.demand), "greeted");
  await isSound(page);
  assert.equal(await doStep(hands, { photo: await makePhoto(t) }), "Arrive");

  // Saved as 7, typed anew as 9, and the battery is pulled before the field was left.
  await hands.press("button.primary", { text: "Start: Isolate" });
  await hands.press(field("locked"));
  await hands.type(field("voltage"), "7");
  await hands.see(`${STEP} [data-key="voltage"][data-met="true"]`);
  await page.locator(field("voltage")).fill("9");
  await page.reload();
  await hands.see(`${STEP} [data-key="voltage"] [data-testid="unsaved"]`, { text: "not saved yet" });
  assert.equal(await page.locator(field("voltage")).inputValue(), "9");
  await isSound(page);
  await hands.press("button.primary", { text: "Finish" });
  await hands.press("button.primary", { text: "Start: Diagnose" });
  const { steps } = await engineer.query("AskTicket", { id });
  assert.equal(steps[1].step.entries.findLast(({ key }) => key === "voltage").value, "9");

  // Two windows of one person: what is typed in the one stands in the other, so that what is recorded is what is shown.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator(field("finding")).fill("Typed elsewhere");
  const shows = async () => (await page.locator(field("finding")).inputValue()) === "Typed elsewhere";
  await until("what was typed in the other window", shows);
  await other.close();

  // What can be meant in two ways is asked, and the step does not end before it is said.
  await page.locator(field("finding")).fill("Belt worn");
  await hands.type(field("insulation"), "1,000");
  await hands.press("button.primary", { text: "Finish" });
  await hands.see(`${STEP} .lacking`, { text: "could not be saved" });
  await hands.press('[data-testid="number-choice"] button', { text: "1000" });
  await hands.press("button.primary", { text: "Finish" });
  await hands.see("button.primary", { text: "Start: Repair" });
  const { entries } = (await engineer.query("AskTicket", { id })).steps[2].step;
  assert.deepEqual(
    ["finding", "insulation"].map((demand) => entries.findLast(({ key }) => key === demand).value),
    ["Belt worn", "1000"],
  );
  assert.deepEqual(page.failures, []);
});

scene("a double tap takes one ticket, whose row stays where it is", async (t) => {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const browser = await launch(t);
  const page = await openPage(t, browser, `${await engineer.serve()}/#/today`);
  const take = page.getByRole("button", { name: /^Take ticket/ }).first();
  // Distances come with the position, and long lists over a few frames.
  await page
    .getByText(/\d km$/)
    .first()
    .waitFor();
  let place = "";
  await until("the list to stand still", async () => {
    await take.scrollIntoViewIfNeeded();
    const last = place;
    place = JSON.stringify(await take.boundingBox());
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    return place === last && (await page.getByRole("button", { name: /^Take ticket/ }).count()) > 1;
  });
  const before = await engineer.query("AskToday", { position: null });
  const { x, y, width, height } = await take.boundingBox();
  const at = [x + width / 2, y + height / 2];
  await page.mouse.click(...at);
  await page.getByTestId("taken").waitFor();
  await page.mouse.click(...at);
  const now = await page.getByTestId("taken").boundingBox();
  assert.ok(Math.abs(now.y + now.height / 2 - at[1]) < 2, "the row did not move");
  await isSound(page);
  assert.match(page.url(), /#\/today$/, "the second tap did not go to the ticket either");
  await until("one ticket to be taken", async () => {
    const after = await engineer.query("AskToday", { position: null });
    return after.mine.length === before.mine.length + 1;
  });
});

scene("a slow scanner writes no quantity", async (t) => {
  const company = await found(t);
  const clerk = await company.enrol("he.jing");
  const ask = { location_id: null, text: "", below_minimum: false, in_stock: true, offset: 0, limit: 1 };
  const { part } = (await clerk.query("AskStock", ask)).rows[0];
  const browser = await launch(t);
  const page = await openPage(t, browser, `${await clerk.serve()}/#/stock?part=${part.id}`, { size: "desktop" });
  await page
    .getByRole("button", { name: /^Receive/ })
    .first()
    .click();
  const quantity = page.getByLabel(/^Quantity in/);
  await quantity.focus();
  await page.keyboard.type(part.id.replaceAll("-", ""), { delay: 60 });
  await page.keyboard.press("Enter");
  await page.getByText(/looks like a code/).waitFor();
  await isSound(page);
  await quantity.fill("");
  await page.keyboard.type("6901028075831", { delay: 60 });
  await page.keyboard.press("Enter");
  await page.getByText(/6.901.028.075.831. looks like a code/).waitFor();
  await page.getByRole("button", { name: "Look the code up" }).click();
  await page.getByTestId("toast").getByText("6901028075831").waitFor();
  assert.equal(await quantity.inputValue(), "");
  const { row } = await clerk.query("AskPart", { id: part.id, movements: 1 });
  assert.ok(Number(row.quantity) < 1_000_000);
});
