// Photos on a mobile network: they wait for Wi-Fi if their person wishes so, and whoever looks for them is told where they are.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { PageHands } from "./harness/hands.mjs";
import { makePhoto } from "./harness/pictures.mjs";
import { scene } from "./harness/scene.mjs";
import { stands } from "./story.mjs";

/** What a phone's browser says of the line; `turnTo` changes it. */
const onMobileNetwork = () => {
  const line = Object.assign(new EventTarget(), { type: "cellular", saveData: false });
  Object.defineProperty(navigator, "connection", { value: line });
  globalThis.turnTo = (type) => {
    line.type = type;
    line.dispatchEvent(new Event("change"));
  };
};

/** Attaches a photo to a ticket, as the screen does. */
async function attach({ address, cookie }, ticketId, bytes, name) {
  const post = async (path, type, body) => {
    const headers = { "content-type": type, cookie };
    const response = await fetch(`${address}${path}`, { method: "POST", headers, body });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.json();
  };
  const stored = await post("/api/files?purpose=photo", "application/octet-stream", bytes);
  assert.notEqual(stored.thumbnail_sha256, "");
  const payload = { ...stored, ticket_id: ticketId, step_id: null, demand: "", purpose: "photo", name };
  const given = await post("/api/command", "application/json", JSON.stringify({ name: "AttachFile", payload }));
  assert.equal(given.status, "saved");
  return stored;
}

scene("photos wait for Wi-Fi if their person wishes so, and the console says where they are", async (t) => {
  const company = await found(t);
  const engineer = await company.enrol("li.wei");
  const { mine } = await engineer.query("AskToday", { position: null });
  const session = await company.console("ma.chao");
  const photo = await readFile(await makePhoto(t));
  const browser = await launch(t);
  const page = await openPage(t, browser, "about:blank");
  await page.addInitScript(onMobileNetwork);
  await page.goto(`${await engineer.serve()}/#/sync`);
  const hands = new PageHands(page);
  const chip = page.getByTestId("sync-chip");
  await stands(hands, "settled");
  await page.getByText("Only on Wi-Fi").click();
  await page.locator("label.chosen", { hasText: "Only on Wi-Fi" }).waitFor();

  const first = await attach(engineer, mine[0].id, photo, "Door belt");
  await chip.getByText("1 waiting for Wi-Fi").waitFor();
  await page.getByText("1 photo or signature waits for Wi-Fi").waitFor();
  await isSound(page);

  // The ticket is at headquarters, and says whose device still holds the photo.
  const desk = await openPage(t, browser, `${company.address}/`, { size: "desktop" });
  await session.enter(desk);
  await desk.goto(`${company.address}/#/board?ticket=${mine[0].id}`);
  const picture = desk.locator('[data-testid="picture"]', { hasText: "Not here yet" });
  await picture.click();
  await desk.getByText(/This picture is still on the device of .+/).waitFor();
  await isSound(desk);

  // Once, by hand: what waits now goes, what comes later waits again.
  await page.getByRole("button", { name: "Send them anyway, this once" }).click();
  await stands(hands, "settled");
  await desk.getByRole("button", { name: "Try again" }).click();
  await desk.locator('[role="dialog"] img[data-whole="true"]').waitFor();
  await isSound(desk);
  const asked = [];
  desk.on("request", (request) => asked.push(request.url().split("/api/files/")[1]));
  await desk.reload();
  await desk.locator('[data-testid="picture"] img').last().waitFor();
  assert.ok(asked.includes(first.thumbnail_sha256), "the list shows the thumbnail");
  assert.ok(!asked.includes(first.sha256), "and does not fetch the photo");

  await attach(engineer, mine[0].id, await readFile(new URL("../../icons/icon.png", import.meta.url)), "Plate");
  await chip.getByText("1 waiting for Wi-Fi").waitFor();

  // The wish and the line outlive the program.
  await engineer.served.stop("SIGKILL");
  await page.goto("about:blank");
  await page.goto(`${await engineer.serve()}/#/sync`);
  await page.locator("label.chosen", { hasText: "Only on Wi-Fi" }).waitFor();
  await chip.getByText("1 waiting for Wi-Fi").waitFor();
  await page.evaluate(() => globalThis.turnTo("wifi"));
  await stands(hands, "settled");
  assert.deepEqual(page.failures, []);
  assert.deepEqual(desk.failures, []);
});
