// What a person does with a screen, the same in a page and in the real window, so that one story runs in both.
// Things are found by CSS; `text` picks among them the first that says it.

import { until } from "./programs.mjs";

/** Between two presses a person looks, so that they are no double tap (see `ui/src/lib/base/steady.ts`). */
const looks = (hands) => hands.evaluate(() => void dispatchEvent(new Event("wheel")));

/** Hands on a page in Chromium. */
export class PageHands {
  constructor(page) {
    this.page = page;
  }

  find = (css, { text } = {}) => this.page.locator(css, { hasText: text }).filter({ visible: true }).first();
  see = (css, options) => this.find(css, options).waitFor();
  attach = (css, path) => this.page.locator(css).first().setInputFiles(path);
  evaluate = (work, argument) => this.page.evaluate(work, argument);

  async press(css, options) {
    await this.see(css, options);
    await looks(this);
    await this.find(css, options).click();
  }

  async type(css, text) {
    await this.find(css).fill(text);
    await this.find(css).blur();
  }

  async draw(css) {
    await this.find(css).scrollIntoViewIfNeeded();
    const { x, y, width, height } = await this.find(css).boundingBox();
    const at = (right, down) => [x + width * right, y + height * down];
    await this.page.mouse.move(...at(0.2, 0.6));
    await this.page.mouse.down();
    for (const point of [at(0.4, 0.3), at(0.6, 0.7), at(0.8, 0.4)]) await this.page.mouse.move(...point);
    await this.page.mouse.up();
  }
}

/** Hands on the real window. */
export class WindowHands {
  constructor(window) {
    this.window = window;
  }

  find = (css, options) => this.window.find(css, options);
  see = this.find;
  evaluate = (work, argument) => this.window.evaluate(work, argument);

  /** Again while something moves over it, as a person would. */
  press = (css, options) =>
    until(`${css} to be pressed`, async () => {
      const id = await this.find(css, options);
      await looks(this);
      await this.window.ask("POST", `/element/${id}/click`, {});
      return true;
    });

  async type(css, text) {
    const id = await this.find(css);
    await this.window.ask("POST", `/element/${id}/clear`, {});
    await this.window.ask("POST", `/element/${id}/value`, { text });
    await this.evaluate(() => document.activeElement?.blur());
  }

  /** A file input is hidden behind its button, so it is found whether it is shown or not. */
  async attach(css, path) {
    const id = await this.find(css, { hidden: true });
    await this.window.ask("POST", `/element/${id}/value`, { text: path });
  }

  async draw(css) {
    const id = await this.find(css);
    await this.evaluate((css) => document.querySelector(css).scrollIntoView({ block: "center" }), css);
    const move = (x, y) => ({ type: "pointerMove", duration: 20, origin: this.window.element(id), x, y });
    const stroke = [move(-20, -12), move(20, 14), move(60, -8)];
    const actions = [move(-60, 10), { type: "pointerDown", button: 0 }, ...stroke, { type: "pointerUp", button: 0 }];
    await this.window.ask("POST", "/actions", {
      actions: [{ type: "pointer", id: "hand", parameters: { pointerType: "mouse" }, actions }],
    });
  }
}
