// A person looks after their own way in: the password, the browsers, what happened. Whoever looks after people reads what
// happened with theirs.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { isSound, launch, openPage } from "./harness/browser.mjs";
import { found } from "./harness/company.mjs";
import { until } from "./harness/programs.mjs";
import { scene } from "./harness/scene.mjs";

const OLD = "outpost-demo";
const NEW = "a better password";

const acts = (page) => page.locator('[data-testid="act"]');
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** What is typed into the three fields, and sent by Enter. */
async function change(page, old, fresh, again = fresh) {
  await page.getByLabel("Present password").fill(old);
  await page.getByLabel("New password", { exact: true }).fill(fresh);
  await page.getByLabel("New password, once more").fill(again);
  await page.keyboard.press("Enter");
}

scene("a person changes their password, ends a browser elsewhere, and signs out everywhere", async (t) => {
  const company = await found(t);
  const session = await company.console("ma.chao");
  const elsewhere = await company.console("ma.chao");
  const device = await company.enrol("ma.chao");
  const browser = await launch(t);
  const page = await openPage(t, browser, `${company.address}/`, { size: "desktop" });
  await session.enter(page);
  await page.locator("h1", { hasText: "Board" }).waitFor();
  await page.locator("header a", { hasText: "Ma Chao" }).click();
  await page.locator("h1", { hasText: "Your sign-in" }).waitFor();
  await page.locator('[data-testid="own-device"]', { hasText: "e2e" }).waitFor();
  await isSound(page);

  // What is wrong is said at its field, and nothing is sent before it is right.
  await change(page, "", "short", "other");
  await page.getByText("Enter your present password.").waitFor();
  await page.getByText("The password needs at least 8 characters.").waitFor();
  await change(page, OLD, NEW, `${NEW}!`);
  await page.getByText("This is not the same as above.", { exact: false }).waitFor();
  await change(page, "not this one", NEW);
  await page.getByText("This is not your present password. Nothing was changed.", { exact: false }).waitFor();
  await isSound(page);
  await until("one to be told how long to wait", async () => {
    if (await page.getByRole("alert").isVisible()) return true;
    await button(page, "Change password").click();
    return false;
  });
  assert.match(await page.getByRole("alert").textContent(), /too many wrong answers.*Wait \d+ s, then try again/);

  // Another browser is signed out from here.
  const browsers = page.locator('[data-testid="browser"]');
  assert.equal(await browsers.count(), 2);
  assert.match(await browsers.first().textContent(), /This one/);
  await button(page, "Sign out: the browser from 127.0.0.1").click();
  await until("one browser to be left", async () => (await browsers.count()) === 1);
  await assert.rejects(elsewhere.action("OwnSessions"), /401/);

  // The wait is over soon, and then the right password is taken.
  const signIn = page.getByLabel("Sign-in name");
  await until("the password to be changed", async () => {
    await change(page, OLD, NEW);
    await signIn.or(page.getByRole("alert")).waitFor();
    return signIn.isVisible();
  });
  await page.getByText("Your password is changed. Sign in with the new one.").waitFor();
  await signIn.fill("ma.chao");
  await page.getByLabel("Password", { exact: true }).fill(NEW);
  await page.keyboard.press("Enter");
  await acts(page).filter({ hasText: "You changed your password" }).waitFor();
  await acts(page).filter({ hasText: "One of your browsers, signed in from 127.0.0.1, was signed out." }).waitFor();
  await acts(page).filter({ hasText: "e2e was enrolled for you." }).waitFor();

  await button(page, "Sign out everywhere").click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("Tablets and computers are not touched", { exact: false }).waitFor();
  await isSound(page);
  await button(sheet, "Sign out everywhere").click();
  await signIn.waitFor();
  await page.getByText("You are signed out everywhere.").waitFor();
  await device.field("sync");
  assert.deepEqual(
    page.failures.filter((failure) => !/40[13]|429/.test(failure)),
    [],
  );
});

scene("whoever looks after people finds what happened with them", async (t) => {
  const company = await found(t);
  const session = await company.console("ma.chao");
  await company.enrol("li.wei");
  await assert.rejects(company.console("li.wei", "not this one"));
  const browser = await launch(t);
  const page = await openPage(t, browser, `${company.address}/`, { size: "desktop" });
  await session.enter(page);
  await page.goto(`${company.address}/#/admin/security`);
  const rows = page.locator('[role="row"]:not(.head)');
  await rows.filter({ hasText: "Sign-in failed" }).filter({ hasText: "Li Wei" }).waitFor();
  await isSound(page);

  // By kind, by words, by keys alone.
  await page.getByLabel("What", { exact: true }).selectOption("enrolled");
  await until("one act to be left", async () => (await rows.count()) === 1);
  await page.keyboard.press("/");
  await page.locator('input[type="search"]:focus').waitFor();
  await page.keyboard.type("li e2e");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator("aside p", { hasText: "e2e was enrolled for Li Wei." }).waitFor();
  await isSound(page);
  const [file] = await Promise.all([page.waitForEvent("download"), button(page, "Export as CSV").click()]);
  assert.match(file.suggestedFilename(), /^security-.*\.csv$/);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
  assert.equal(lines.length, 2);
  assert.match(lines[1], /Device enrolled,Li Wei,Li Wei,127\.0\.0\.1,e2e was enrolled for Li Wei\./);
  await page.getByRole("searchbox").fill("nothing like this");
  await page.getByText("Nothing in the record fits what you look for.").waitFor();
  await isSound(page);
  await button(page, "Clear filters").click();
  await until("all to be there again", async () => (await rows.count()) > 5);

  // From a person's page to theirs, all of it.
  await page.goto(`${company.address}/#/admin/user`);
  await until("the list to be that of people", async () => (await rows.filter({ hasText: "Li Wei" }).count()) === 1);
  await rows.filter({ hasText: "Li Wei" }).click();
  await page.locator("aside").getByRole("link", { name: "Security record" }).click();
  await rows.filter({ hasText: "Password given" }).waitFor();
  assert.equal(await rows.filter({ hasText: "Ma Chao" }).count(), 0);
  assert.equal(await page.getByLabel("When", { exact: true }).inputValue(), "all");
  assert.deepEqual(page.failures, []);
});
