// Takes the pictures in docs/screenshots: every screen in three sizes, two themes and two languages.
// `./dev screenshots [NAME…]` takes only those.

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { launch, openPage, sizes } from "./harness/browser.mjs";
import { Device, found } from "./harness/company.mjs";
import { folder, run } from "./harness/programs.mjs";
import { quarrel } from "./quarrel.mjs";
import { clerkScans, engineerScans } from "./screens-scan.mjs";
import { attentionScreens, consoleScreens, fieldScreens, isWhole } from "./screens.mjs";

const target = join(import.meta.dirname, "../../docs/screenshots");
const wanted = process.argv.slice(2);
const isWanted = ({ name }) => wanted.length === 0 || wanted.includes(name);

/** One picture per size, theme and language of each screen. */
async function take(t, browser, address, screens, prepare) {
  const scratch = await folder(t, "screenshots");
  for (const locale of ["zh-CN", "en-GB"]) {
    for (const theme of ["light", "dark"]) {
      for (const size of Object.keys(sizes)) {
        const page = await openPage(t, browser, address, { size, locale, theme });
        await prepare?.(page);
        for (const { name, hash, act } of screens.filter(isWanted)) {
          await page.goto(`${address}/${hash}`);
          await isWhole(page);
          if (act) {
            // Nothing of the screen before may be left.
            await page.reload();
            await isWhole(page);
            await act(page);
          }
          const png = join(scratch, "shot.png");
          await page.screenshot({ path: png, animations: "disabled" });
          await mkdir(join(target, name), { recursive: true });
          const webp = join(target, name, `${size}-${theme}-${locale.slice(0, 2)}.webp`);
          await run("ffmpeg", ["-v", "error", "-y", "-i", png, "-c:v", "libwebp", "-quality", "72", webp]);
        }
        if (page.failures.length > 0) throw new Error(page.failures.join("\n"));
        await page.context().close();
      }
    }
  }
}

/** The id of one of the company's devices. */
async function anyDevice(session) {
  const ask = { kind: "device", text: "", field: null, value: null, offset: 0, limit: 1 };
  return (await session.query("AskList", ask)).records[0].record.id;
}

test("pictures of every screen", { timeout: 1_200_000 }, async (t) => {
  const company = await found(t);
  const device = await company.enrol("li.wei");
  const field = await fieldScreens(device);
  const session = await company.console("ma.chao");
  const troubled = await quarrel(company, session);
  const console = await consoleScreens(session);
  if (wanted.length === 0) await rm(target, { recursive: true, force: true });
  const browser = await launch(t);
  const nobodys = await new Device(t, await folder(t, "new")).serve();
  await take(t, browser, nobodys, [{ name: "enrol", hash: "" }]);
  await take(t, browser, await device.serve(), [...field, ...(await engineerScans(t, device))]);
  await take(t, browser, await troubled.serve(), await attentionScreens(troubled));
  await take(t, browser, company.address, [{ name: "sign-in", hash: "" }]);
  await take(t, browser, company.address, [...console, ...(await clerkScans(t, session))], session.enter);
  const [link] = await session.action("LabelLinks", { device_ids: [await anyDevice(session)] });
  await take(t, browser, new URL(link).origin, [{ name: "report-page", hash: new URL(link).pathname.slice(1) }]);
});
