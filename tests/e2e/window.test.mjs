import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { found } from "./harness/company.mjs";
import { WindowHands } from "./harness/hands.mjs";
import { makeLabel, makePhoto } from "./harness/pictures.mjs";
import { folder } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { openWindow } from "./harness/window.mjs";
import { arrived, deviceWithoutTicket, doStep, doTicket, stands, usePart } from "./story.mjs";

/** Puts a camera into a window that has none: it sees this picture. All the rest of the way is real. */
async function holdInFront(hands, picture) {
  await hands.evaluate(
    async (bytes) => {
      const image = new Image();
      image.src = `data:image/png;base64,${bytes}`;
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
      const scene = canvas.getContext("2d");
      const draw = () => {
        scene.fillStyle = "white";
        scene.fillRect(0, 0, 640, 480);
        const size = Math.min(600 / image.width, 440 / image.height);
        scene.drawImage(image, 20, 20, image.width * size, image.height * size);
      };
      draw();
      setInterval(draw, 100);
      // On the prototype: what is set on the object itself goes when WebKit collects its wrapper.
      MediaDevices.prototype.getUserMedia = async () => canvas.captureStream(10);
    },
    (await readFile(picture)).toString("base64"),
  );
}

scene("a ticket done offline, in the real window, which is ended in the middle and opened again", async (t) => {
  const company = await found(t);
  const session = await company.console("ma.chao");
  const { device, code, part } = await deviceWithoutTicket(await company.enrol("li.wei"));
  const replica = await folder(t, "window");

  let window = await openWindow(t, replica);
  let hands = new WindowHands(window);
  await hands.type('input[inputmode="url"]', await company.invite("li.wei"));
  await hands.press('button[type="submit"]');
  await stands(hands, "settled");
  await holdInFront(hands, await makeLabel(t, code, device.name_en));
  await hands.press('nav a[href="#/scan"]');
  await hands.see('[data-testid="scan-result"][data-meaning="device"]');

  company.network.cut();
  await hands.press('[data-testid="scan-result"] a', { text: "Open ticket" });
  await hands.type('#open-ticket input[maxlength="200"]', "Door opens too slowly");
  await hands.press("button.primary", { text: "Open ticket" });
  const photo = await makePhoto(t);
  const first = await doStep(hands, { photo });
  const place = await hands.evaluate(() => location.hash);
  await window.kill();

  window = await openWindow(t, replica);
  hands = new WindowHands(window);
  await stands(hands, "offline");
  await hands.evaluate((hash) => void (location.hash = hash), place);
  const during = (step) => (step === "Repair" ? usePart(hands, part) : undefined);
  const steps = [first, ...(await doTicket(hands, { photo, during }))];
  assert.equal(steps.length, 6, "nothing that was done before the end has to be done again");

  // Whoever does not want to wait for the next attempt asks for it.
  company.network.restore();
  await hands.press('[data-testid="sync-chip"]');
  await hands.press("button", { text: "Sync now" });
  await stands(hands, "settled");
  const view = await arrived(session, place.split("/").at(-1), { steps });
  assert.equal(view.device.id, device.id);
  assert.equal(view.movements.length, 1);
});
