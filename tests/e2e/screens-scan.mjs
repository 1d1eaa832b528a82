// The screens of scanning that show something only after a picture was given to them.

import { makeShelf } from "./harness/pictures.mjs";

const list = (kind, limit) => ({ kind, text: "", field: null, value: null, offset: 0, limit });

/** A shelf with the labels of parts that this seat knows. */
async function shelf(t, asks, count) {
  const { records } = await asks.query("AskList", list("part", count));
  const things = records.map(({ record }) => ({ code: `outpost://part/${record.id}`, title: record.name_en }));
  return makeShelf(t, things, { columns: 3, width: 1500 });
}

/** What an engineer sees of a picture with several codes, of a maker's code, and of a strange link. */
export async function engineerScans(t, device) {
  const picture = await shelf(t, device, 6);
  const typed = (code) => async (page) => {
    await page.locator('form input[autocomplete="off"]').first().fill(code);
    await page.keyboard.press("Enter");
    await page.locator('[data-testid="scan-result"]').waitFor();
  };
  return [
    {
      name: "scan-picture",
      hash: "#/scan",
      act: async (page) => {
        await page.locator('input[type="file"]').setInputFiles(picture);
        await page.locator('[data-testid="shelf"] li .quiet:not(:empty)').nth(5).waitFor();
      },
    },
    { name: "scan-gs1", hash: "#/scan", act: typed("(01)04006381333931(10)A-7(21)S9(17)240630") },
    { name: "scan-link", hash: "#/scan", act: typed("https://bank.example@evil.example/login") },
  ];
}

/** What a clerk sees while a delivery is scanned. */
export async function clerkScans(t, session) {
  const picture = await shelf(t, session, 12);
  const adopt = async (page) => {
    await page.evaluate(() => localStorage.removeItem("outpost.stock.many.receive"));
    await page.reload();
    await page.locator('input[type="file"]').setInputFiles(picture);
    await page.locator('[data-testid="shelf"] input:checked').nth(11).waitFor();
  };
  return [
    { name: "scan-many-picture", hash: "#/stock/many?work=receive", act: adopt },
    {
      name: "scan-many",
      hash: "#/stock/many?work=receive",
      act: async (page) => {
        await adopt(page);
        await page.locator(".verbs button").first().click();
        await page.locator('[data-testid="tally"] > li').nth(11).waitFor();
        await page.locator("select").selectOption({ index: 1 });
      },
    },
  ];
}
