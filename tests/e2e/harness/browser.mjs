// Chromium with a camera that looks at what we hold in front of it.

import AxeBuilder from "@axe-core/playwright";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { folder, later, run, Running, until } from "./programs.mjs";
import { witness } from "./scene.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

function findChromium() {
  if (process.env.OUTPOST_CHROMIUM) return process.env.OUTPOST_CHROMIUM;
  for (const folder of process.env.PATH.split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not in this folder.
      }
    }
  }
  throw new Error("no Chromium found; install one, or name one in OUTPOST_CHROMIUM");
}

/**
 * A film of pictures held in front of a camera one after the other, for `launch`; it begins anew at its end. Between them
 * the camera sees a grey wall for `wall` seconds.
 */
export async function film(t, pictures, { seconds = 1, wall = 0, rate = 10, size = "400:400" } = {}) {
  const path = join(await folder(t, "camera"), "camera.y4m");
  const held = [pictures].flat();
  const inputs = held.flatMap((picture) => ["-loop", "1", "-t", String(seconds), "-i", picture]);
  const shape = `scale=${size}:force_original_aspect_ratio=decrease:flags=neighbor,pad=640:480:-1:-1:white`;
  const same = `fps=${rate},setsar=1,format=yuv420p`;
  const parts = held.map((_, at) => `[${at}:v]${shape},${same}[held${at}]`);
  const between = wall > 0 ? held.map((_, at) => `color=gray:size=640x480:duration=${wall},${same}[wall${at}]`) : [];
  const order = held.map((_, at) => `[held${at}]${wall > 0 ? `[wall${at}]` : ""}`).join("");
  const joined = `${order}concat=n=${held.length + between.length}[film]`;
  const filter = [...parts, ...between, joined].join(";");
  await run("ffmpeg", [
    "-v",
    "error",
    ...inputs,
    "-filter_complex",
    filter,
    "-map",
    "[film]",
    "-r",
    String(rate),
    path,
  ]);
  return path;
}

/** A browser; its camera sees `film`, or nothing but a moving ball. */
export async function launch(t, { film } = {}) {
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
  ];
  if (film) args.push(`--use-file-for-fake-video-capture=${film}`);
  const browser = await chromium.launch({ executablePath: findChromium(), args });
  later(t, () => browser.close());
  return browser;
}

/**
 * A browser with a profile of its own on the disk, and what to end it with: `kill` is how a system ends a program that it has no
 * room for. Its page is let in at the doors of devices.
 */
export async function launchOn(t, profile) {
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"];
  const running = new Running(findChromium(), [...args, `--user-data-dir=${profile}`, "about:blank"]);
  later(t, () => running.stop("SIGKILL"));
  const address = () => running.said.match(/DevTools listening on (ws:\S+)/)?.[1];
  await until("Chromium to listen", address);
  const browser = await chromium.connectOverCDP(address());
  const [context] = browser.contexts();
  await context.addCookies(shownIn(t).cookies);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return { page, kill: () => running.stop("SIGKILL") };
}

export const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  desktop: { width: 1440, height: 900 },
};

/** What a test's browsers show at the doors of devices: those that are open, and those that will be. */
const shown = new WeakMap();

function shownIn(t) {
  if (!shown.has(t)) shown.set(t, { cookies: [], contexts: [] });
  return shown.get(t);
}

/** Lets all browsers of a test in at the door of a device, as each would be by opening the address that was printed; gives the cookie. */
export async function letIn(t, printed) {
  const opened = await fetch(printed, { redirect: "manual" });
  const [name, value] = opened.headers.getSetCookie()[0].split(";")[0].split("=");
  const { cookies, contexts } = shownIn(t);
  cookies.push({ name, value, url: new URL(printed).origin });
  for (const context of contexts) await context.addCookies(cookies);
  return `${name}=${value}`;
}

/** A page that fails the test when the program in it fails; a `stranger` has opened no printed address. */
export async function openPage(
  t,
  browser,
  address,
  { size = "phone", locale = "en-GB", theme = "light", stranger } = {},
) {
  const context = await browser.newContext({
    viewport: sizes[size],
    locale,
    colorScheme: theme,
    hasTouch: size !== "desktop",
    reducedMotion: "reduce",
    // In the middle of Beijing, among the sites of the engineer whose device it is. The time zone stays the machine's:
    // the demo's working hours are made for it.
    geolocation: { latitude: 39.9163, longitude: 116.3972 },
    permissions: ["camera", "geolocation"],
  });
  if (!stranger) {
    const { cookies, contexts } = shownIn(t);
    await context.addCookies(cookies);
    contexts.push(context);
    context.on("close", () => contexts.splice(contexts.indexOf(context), 1));
  }
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  witness(t, (path) => page.screenshot({ path }));
  page.failures = [];
  page.on("pageerror", (error) => page.failures.push(String(error)));
  await page.goto(address);
  return page;
}

/** axe finds nothing on what is shown, and nothing has failed in the page so far. */
export async function isSound(page) {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const wrong = violations.flatMap(({ id, help, nodes }) => [
    `${id}: ${help}`,
    ...nodes.slice(0, 3).map((node) => `    ${node.html.slice(0, 200)}`),
    ...(nodes.length > 3 ? [`    and ${nodes.length - 3} more`] : []),
  ]);
  wrong.push(...page.failures.splice(0).map((failure) => `failed in the page: ${failure}`));
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}
