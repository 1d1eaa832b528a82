// What the link on a label opens on a stranger's telephone, and what becomes of a report.

import assert from "node:assert/strict";
import { film, isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { PageHands } from "./harness/hands.mjs";
import { makeLabel } from "./harness/pictures.mjs";
import { until } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";
import { deviceWithoutTicket } from "./story.mjs";

/** The links on the labels of devices, as the console prints them. */
const linksOf = (session, ids) => session.action("LabelLinks", { device_ids: ids });

const post = (address, fields) => fetch(address, { method: "POST", body: new URLSearchParams(fields) });

scene("a stranger scans a label and reports a fault; the engineer scans the same label", async (t) => {
  const company = await found(t);
  const session = await company.console("ma.chao");
  const engineer = await company.enrol("li.wei");
  const { device } = await deviceWithoutTicket(engineer);
  const [link] = await linksOf(session, [device.id]);
  assert.match(link, /^HTTP:\/\/[0-9.:]+\/R\/[0-9A-Z]{36}$/);
  const browser = await launch(t, { film: await film(t, await makeLabel(t, link, device.name_en)) });
  const page = await openPage(t, browser, link);
  const hands = new PageHands(page);
  await hands.see("h1", { text: device.name_en });
  await isSound(page);
  const shown = await page.locator("body").innerText();
  assert.ok(shown.includes(device.number));
  const { customer, site } = await engineer.query("AskDevice", { id: device.id });
  for (const secret of [customer.name, site.address].filter(Boolean)) assert.ok(!shown.includes(secret), secret);

  await hands.type("textarea", "Door <b>does not</b> close\nFloor 3");
  await hands.type("#contact", "Zhou 138 0000 0000");
  await hands.press("button");
  await hands.see(".done");
  await isSound(page);
  const number = await page.locator("strong").innerText();
  const { open_tickets } = await session.query("AskDevice", { id: device.id });
  assert.deepEqual([open_tickets[0].number, open_tickets[0].title], [number, "Door <b>does not</b> close"]);
  const { ticket } = await session.query("AskTicket", { id: open_tickets[0].id });
  assert.equal(ticket.source, "report");
  assert.match(ticket.description, /Floor 3\n\n☎ Zhou 138 0000 0000/);

  // The same code in the engineer's app is the device with its new ticket.
  await engineer.field("sync");
  await page.goto(`${await engineer.serve()}/#/scan`);
  await hands.see('[data-testid="scan-result"][data-meaning="device"]', { text: number });
});

scene("forged links, machines and floods get nowhere", async (t) => {
  const company = await found(t);
  const session = await company.console("ma.chao");
  const list = { kind: "device", text: "", field: null, value: null, offset: 0, limit: 3 };
  const ids = (await session.query("AskList", list)).records.map(({ record }) => record.id);
  const [link, other] = await linksOf(session, ids);
  const forged = link.slice(0, -1) + (link.endsWith("0") ? "1" : "0");
  const moved = link.slice(0, -10) + other.slice(-10);
  for (const address of [forged, moved, `${company.address}/r/x`, `${company.address}/R/${"0".repeat(36)}`]) {
    const answer = await fetch(address);
    assert.equal(answer.status, 404, address);
    assert.match(await answer.text(), /not known here/);
    assert.equal((await post(address, { text: "x" })).status, 404);
  }
  const chinese = await fetch(link, { headers: { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" } });
  assert.match(await chinese.text(), /出了什么问题/);
  assert.match(chinese.headers.get("content-security-policy"), /default-src 'none'/);

  const count = async () => (await session.query("AskDevice", { id: ids[0] })).open_tickets.length;
  const before = await count();
  assert.equal((await post(link, { text: " \n " })).status, 422);
  assert.equal((await post(link, { text: "x", website: "https://spam.example" })).status, 200);
  assert.equal((await post(link, { text: "x".repeat(30_000) })).status, 413);
  assert.equal(await count(), before, "nothing of this made a ticket");

  // Sent twice, it is one.
  const id = (await (await fetch(link)).text()).match(/name="id" value="([^"]+)"/)[1];
  const twice = [await post(link, { text: "Noise", id }), await post(link, { text: "Noise", id })];
  assert.deepEqual(
    twice.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(await count(), before + 1);
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await post(link, { text: `Again ${n}` })).status);
  assert.deepEqual(statuses, [200, 200, 429, 429]);
  await until("three tickets", async () => (await count()) === before + 3);
  assert.equal((await post(other, { text: "Another device" })).status, 200);
});
