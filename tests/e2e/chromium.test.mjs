import assert from "node:assert/strict";
import { film, isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { PageHands } from "./harness/hands.mjs";
import { makeLabel, makePhoto } from "./harness/pictures.mjs";
import { scene } from "./harness/scene.mjs";
import { arrived, deviceWithoutTicket, doTicket, stands, usePart } from "./story.mjs";

scene("a ticket done offline, in Chromium with a camera that sees the device's label", async (t) => {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const session = await company.console("ma.chao");
  const { device, code, part } = await deviceWithoutTicket(engineer);
  const browser = await launch(t, { film: await film(t, await makeLabel(t, code, device.name_en)) });
  const page = await openPage(t, browser, `${await engineer.serve()}/#/today`);
  const hands = new PageHands(page);
  await stands(hands, "settled");
  await isSound(page);

  // Two taps from a scan to the ticket: the camera finds the label by itself.
  await hands.press('nav a[href="#/scan"]');
  await hands.see('[data-testid="scan-result"][data-meaning="device"]');
  await isSound(page);
  await hands.press('[data-testid="scan-result"] a', { text: "Open ticket" });
  await hands.type('#open-ticket input[maxlength="200"]', "Door opens too slowly 开门慢");
  await isSound(page);

  company.network.cut();
  await stands(hands, "offline");
  await hands.press("button.primary", { text: "Open ticket" });
  const photo = await makePhoto(t);
  const during = (step) => (step === "Repair" ? usePart(hands, part) : undefined);
  const steps = await doTicket(hands, { photo, during });
  assert.equal(steps.length, 6);
  await stands(hands, "offline");
  await isSound(page);

  company.network.restore();
  await stands(hands, "settled");
  const id = page.url().split("/").at(-1);
  const view = await arrived(session, id, { steps });
  assert.equal(view.device.id, device.id);
  assert.equal(view.movements.length, 1);
});
