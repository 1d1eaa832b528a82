// Reading codes through the camera in Chromium: a device, a part, many at once, and one that nobody knows.

import assert from "node:assert/strict";
import { film, isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { PageHands } from "./harness/hands.mjs";
import { makeLabel, makeSheet, makeShelf } from "./harness/pictures.mjs";
import { until } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { deviceWithoutTicket } from "./story.mjs";

const list = (kind, limit) => ({ kind, text: "", field: null, value: null, offset: 0, limit });
const meaningNow = (page) => page.locator('[data-testid="scan-result"]').getAttribute("data-meaning");

/** Parts of the catalogue, as their labels name them. */
async function someParts(device, count) {
  const { records } = await device.query("AskList", list("part", count));
  return records.map(({ record }) => ({ ...record, code: `outpost://part/${record.id}`, title: record.name_en }));
}

/** How often a page has had a frame of its camera read. */
function framesOf(page) {
  const frames = { read: 0 };
  page.on("response", (response) => (frames.read += response.url().includes("/api/scan/frame") ? 1 : 0));
  return frames;
}

/** How many of each part the running list has, by number. */
const tally = (page) =>
  page
    .locator('[data-testid="tally"] > li')
    .evaluateAll((lines) =>
      Object.fromEntries(
        lines.map((line) => [line.querySelector(".number").textContent.trim(), line.querySelector("input").value]),
      ),
    );

scene("a device, a part and a code that nobody knows, held in front of the camera in turn", async (t) => {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const { device, code, part } = await deviceWithoutTicket(engineer);
  const labels = await Promise.all([
    makeLabel(t, code, device.name_en),
    makeLabel(t, `outpost://part/${part.id}`, part.name_en),
    makeLabel(t, "NOBODY-KNOWS-1", "Somebody else's"),
  ]);
  const browser = await launch(t, { film: await film(t, labels, { seconds: 1.5, wall: 2 }) });
  const page = await openPage(t, browser, `${await engineer.serve()}/#/scan`);
  const hands = new PageHands(page);
  const seen = {};
  while (Object.keys(seen).length < 3) {
    await hands.see('[data-testid="scan-result"]');
    const meaning = await meaningNow(page);
    if (!seen[meaning]) await isSound(page);
    seen[meaning] = await page.locator('[role="dialog"]').innerText();
    await page.keyboard.press("Escape");
    await page.locator('[data-testid="scan-result"]').waitFor({ state: "detached" });
  }
  assert.deepEqual(Object.keys(seen).sort(), ["device", "part", "unknown"]);
  assert.match(seen.device, /Open ticket/);
  assert.ok(seen.part.includes(part.number));
  assert.match(seen.unknown, /NOBODY-KNOWS-1[\s\S]*Create device/);
});

scene("a delivery is scanned, each label counts once, and one confirmation writes it", async (t) => {
  const company = await found(t);
  const clerk = await company.enrol("he.jing");
  const parts = await someParts(clerk, 40);
  const held = parts.slice(0, 4);
  const shelf = await makeShelf(t, [...held, { code: "NOT-A-PART", title: "?" }, held[0]], { columns: 2, width: 640 });
  const browser = await launch(t, { film: await film(t, shelf, { size: "640:480" }) });
  const page = await openPage(t, browser, `${await clerk.serve()}/#/stock/many`, { size: "tablet" });
  const frames = framesOf(page);
  const hands = new PageHands(page);
  await until("all four to be listed", async () => Object.keys(await tally(page)).length === 4);
  await hands.see("section", { text: "NOT-A-PART" });
  const until30 = frames.read + 30;
  await until("30 more frames", () => frames.read >= until30);
  assert.deepEqual(Object.values(await tally(page)), ["1", "1", "1", "1"], "what stays in sight counts once");
  await isSound(page);

  // One picture of a whole shelf is taken over into the same list.
  await hands.attach('input[type="file"]', await makeSheet(t, parts));
  await hands.see('[data-testid="shelf"]', { text: "40 codes" });
  await page.locator('[data-testid="shelf"] input:checked').nth(39).waitFor();
  await isSound(page);
  await hands.press("button.primary", { text: "Take over 40 codes" });
  await until("all forty to be listed", async () => Object.keys(await tally(page)).length === 40);
  assert.equal((await tally(page))[held[0].number], "2");
  const then = frames.read + 20;
  await until("20 more frames", () => frames.read >= then);
  assert.equal((await tally(page))[held[0].number], "2", "the labels are still the same");
  await page.locator('[data-testid="tally"] > li', { hasText: held[0].number }).getByRole("button").last().click();

  // The list outlives the page. Without a camera from here on: what it sees would be scanned once more.
  await page.addInitScript(() => {
    MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"));
  });
  await page.reload();
  await until("the list to be there again", async () => Object.keys(await tally(page)).length === 40);
  const before = await clerk.query("AskPart", { id: held[0].id, movements: 1 });
  await page.locator("select").selectOption({ index: 1 });
  const place = await page.locator("select").inputValue();
  await hands.press("button.primary", { text: "Receive 40 parts" });
  await until("the list to be written", async () => Object.keys(await tally(page)).length === 0);
  const levelIn = ({ levels }) => Number(levels.find(({ location }) => location.id === place)?.quantity ?? 0);
  const after = await clerk.query("AskPart", { id: held[0].id, movements: 1 });
  assert.equal(levelIn(after) - levelIn(before), 3);
});

scene("where a browser has no canvas in a worker, the screen's own thread reads", async (t) => {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const { device, code } = await deviceWithoutTicket(engineer);
  const browser = await launch(t, { film: await film(t, await makeLabel(t, code, device.name_en)) });
  const page = await openPage(t, browser, "about:blank");
  await page.addInitScript(() => delete globalThis.OffscreenCanvas);
  await page.goto(`${await engineer.serve()}/#/scan`);
  await new PageHands(page).see('[data-testid="scan-result"][data-meaning="device"]');
});

scene("without a camera the screen says how to go on, and a typed code works", async (t) => {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const { code } = await deviceWithoutTicket(engineer);
  const browser = await launch(t);
  const page = await openPage(t, browser, "about:blank");
  await page.addInitScript(() => {
    MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
  });
  await page.goto(`${await engineer.serve()}/#/scan`);
  const hands = new PageHands(page);
  await hands.see('[data-testid="camera"]', { text: "may not use the camera" });
  await isSound(page);
  await page.getByLabel("Type a code or number").fill(code);
  await page.keyboard.press("Enter");
  await hands.see('[data-testid="scan-result"][data-meaning="device"]');
});
