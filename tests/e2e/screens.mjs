// Every screen, by the address that leads to it: what is checked, and what pictures are taken of.

/** Shown when it is whole: nothing loads any more, and fonts are there. */
export async function isWhole(page) {
  await page.waitForLoadState("load");
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector(".skeleton") && document.querySelector("h1, h2"));
  await page.evaluate(() => document.fonts.ready);
  // Two frames: what the last answer changed has been drawn.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** The engineer's screens on a device of theirs. */
export async function fieldScreens(device) {
  const today = await device.query("AskToday", { position: null });
  const active = today.mine.find(({ state }) => state === "active") ?? today.mine[0];
  const done = today.done_today[0];
  const { rows } = await device.query("AskStock", stock);
  return [
    { name: "today", hash: "#/today" },
    { name: "ticket", hash: `#/ticket/${active.id}` },
    ...(done ? [{ name: "ticket-done", hash: `#/ticket/${done.id}` }] : []),
    { name: "scan", hash: "#/scan" },
    { name: "device", hash: `#/device/${active.device_id}` },
    { name: "open-ticket", hash: `#/ticket/new?device=${active.device_id}` },
    { name: "parts", hash: "#/parts" },
    { name: "part", hash: `#/part/${rows[0].part.id}` },
    { name: "attention-none", hash: "#/attention" },
    { name: "sync", hash: "#/sync" },
    { name: "me", hash: "#/me" },
  ];
}

/** What an engineer sees after a bad morning; the device is that of `quarrel`. */
export async function attentionScreens(device) {
  const { cards } = await device.query("AskAttention", { resolved: false });
  const { ticket_id } = cards.map(({ attention }) => attention).find(({ code }) => code === "TicketClosed");
  return [
    { name: "attention", hash: "#/attention" },
    { name: "attention-ticket", hash: `#/ticket/${ticket_id}` },
  ];
}

/** The screens of the console; `session` is an administrator's. */
export async function consoleScreens(session) {
  const board = await session.query("AskBoard", { ...everything, limit: 0 });
  const card = board.columns.find(({ state }) => state === "active").cards[0];
  const { rows } = await session.query("AskStock", stock);
  return [
    { name: "board", hash: "#/board" },
    { name: "board-ticket", hash: `#/board?ticket=${card.id}` },
    { name: "board-new-ticket", hash: "#/board?new=1" },
    { name: "stock", hash: "#/stock" },
    { name: "stock-part", hash: `#/stock?part=${rows[0].part.id}` },
    { name: "labels", hash: "#/labels" },
    { name: "console-attention", hash: "#/attention" },
    { name: "records", hash: "#/admin" },
    { name: "records-devices", hash: "#/admin/device" },
    { name: "records-device", hash: `#/admin/device/${card.device_id}` },
    { name: "records-people", hash: "#/admin/user" },
    { name: "records-replicas", hash: "#/admin/replica" },
    { name: "security", hash: "#/admin/security" },
    { name: "console-me", hash: "#/me" },
    { name: "account", hash: "#/me/account" },
  ];
}

const everything = { text: "", region_id: null, engineer_id: null, ticket_kind: null, urgency: null };
const stock = { location_id: null, text: "", below_minimum: false, in_stock: true, offset: 0, limit: 1 };
