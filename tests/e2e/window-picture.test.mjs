// A picture with several codes in the real window: each is listed with its place, and opens what it stands for.

import assert from "node:assert/strict";
import { found } from "./harness/company.mjs";
import { WindowHands } from "./harness/hands.mjs";
import { makeShelf } from "./harness/pictures.mjs";
import { folder } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { openWindow } from "./harness/window.mjs";
import { deviceWithoutTicket, stands } from "./story.mjs";

scene("a picture with a device, a part and a strange link, in the real window", async (t) => {
  const company = await found(t);
  const { device, code, part } = await deviceWithoutTicket(await company.enrol("li.wei"));
  const picture = await makeShelf(
    t,
    [
      { code, title: device.name_en },
      { code: `outpost://part/${part.id}`, title: part.name_en },
      { code: "https://bank.example@evil.example/login", title: "Win a prize" },
    ],
    { columns: 3, width: 1500 },
  );
  const window = await openWindow(t, await folder(t, "window"));
  const hands = new WindowHands(window);
  await hands.type('input[inputmode="url"]', await company.invite("li.wei"));
  await hands.press('button[type="submit"]');
  await stands(hands, "settled");
  await hands.press('nav a[href="#/scan"]');
  await hands.see('[data-testid="camera"]', { text: "You can go on without it" });

  await hands.attach('input[type="file"]', picture);
  await hands.see('[data-testid="shelf"]', { text: "3 codes in this picture" });
  const places = () => document.querySelectorAll('[data-testid="shelf"] svg circle').length;
  assert.equal(await hands.evaluate(places), 3);
  await hands.press('[data-testid="shelf"] button', { text: part.number });
  await hands.see('[data-testid="scan-result"][data-meaning="part"]');
  await hands.press('[role="dialog"] button[aria-label="Close"]');
  const address = await hands.evaluate(() => location.href);
  await hands.press('[data-testid="shelf"] button', { text: "evil.example" });
  await hands.see('[data-testid="scan-result"][data-meaning="link"]', { text: "evil.example" });
  assert.equal(await hands.evaluate(() => location.href), address, "a strange link is not opened");
});
