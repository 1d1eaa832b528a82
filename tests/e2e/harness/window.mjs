// The real window: our program under Xvfb, driven by WebKitGTK's own WebDriver through a small client.

import { readFile, readdir } from "node:fs/promises";
import { Running, folder, freePort, later, program, run, until } from "./programs.mjs";
import { witness } from "./scene.mjs";

const SIZE = "1280x900";
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** A screen that nobody looks at; gives what programs need to show something on it. */
async function screen(t) {
  const xvfb = new Running("Xvfb", ["-displayfd", "1", "-screen", "0", `${SIZE}x24`, "-nolisten", "tcp"]);
  later(t, () => xvfb.stop());
  const number = await until("Xvfb to name its display", () => {
    if (!xvfb.alive) throw new Error(xvfb.said);
    return xvfb.said.match(/^(\d+)$/m)?.[1];
  });
  return { DISPLAY: `:${number}`, WAYLAND_DISPLAY: "", XDG_RUNTIME_DIR: await folder(t, "runtime") };
}

/** Opens the app on a replica. `env` adds to its surroundings, such as its language. */
export const openWindow = (t, replica, env) => openProgram(t, program("outpost-app"), ["--replica", replica], env);

/** Opens any program that is a WebKitGTK web view and lets itself be driven. */
export async function openProgram(t, binary, args, env = {}) {
  const surroundings = {
    ...(await screen(t)),
    TAURI_WEBVIEW_AUTOMATION: "true",
    NO_AT_BRIDGE: "1",
    LIBGL_ALWAYS_SOFTWARE: "1",
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
    LANG: "C.UTF-8",
    ...env,
  };
  const port = await freePort();
  const driver = new Running("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], { env: surroundings });
  later(t, () => driver.stop());
  const address = `http://127.0.0.1:${port}`;
  await driver.answers(`${address}/status`);
  const window = new Window(address, driver, surroundings.DISPLAY, args);
  window.startedAt = performance.now();
  const { sessionId } = await window.call("POST", "/session", {
    capabilities: { alwaysMatch: { "webkitgtk:browserOptions": { binary, args } } },
  });
  window.session = `/session/${sessionId}`;
  witness(t, (path) => window.screenshot(path));
  // Before the driver goes, or the program would outlive it.
  later(t, () => window.close());
  return window;
}

/** The processes that were started with this argument, which is a folder of one test alone. */
async function pidsOf(argument) {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.filter((_, index) => lines[index].split("\0").includes(argument)).map(Number);
}

class Window {
  constructor(address, driver, display, args) {
    Object.assign(this, { address, driver, display, args });
  }

  async call(method, path, body) {
    const response = await fetch(this.address + path, {
      method,
      // A page that hangs must fail the test, not the whole run.
      signal: AbortSignal.timeout(30_000),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const { value } = await response.json();
    if (response.ok) return value;
    throw new Error(`${path}: ${value.error}: ${value.message}\n${this.driver.said.slice(-2000)}`);
  }

  ask = (method, path, body) => this.call(method, this.session + path, body);

  /** How an element is named in a request. */
  element = (id) => ({ [ELEMENT]: id });

  /** Runs a function in the page with an argument; it may be async. */
  async evaluate(work, argument = null) {
    const script = `
      const done = arguments[arguments.length - 1];
      Promise.resolve((${work})(arguments[0]))
        .then((value) => done({ value: value ?? null }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.ask("POST", "/execute/async", { script, args: [argument] });
    if (error) throw new Error(error);
    return value;
  }

  /** The first element that matches, says `text`, and is shown; with `hidden`, also one that is not. */
  find(css, { text = "", hidden = false, seconds = 15 } = {}) {
    return until(
      `the window to show ${css} ${text}`,
      async () => {
        const found = await this.ask("POST", "/elements", { using: "css selector", value: css });
        for (const { [ELEMENT]: id } of found) {
          if (!hidden && !(await this.ask("GET", `/element/${id}/displayed`))) continue;
          if (text === "" || (await this.ask("GET", `/element/${id}/text`)).includes(text)) return id;
        }
        return undefined;
      },
      { seconds },
    );
  }

  /** What stands on the screen, frame and all; WebDriver's own picture waits for a compositor that Xvfb has not. */
  async screenshot(path) {
    const screen = ["-f", "x11grab", "-video_size", SIZE, "-i", this.display];
    await run("ffmpeg", ["-v", "error", "-y", ...screen, "-frames:v", "1", path]);
  }

  /** Ends the program at once, as a battery that is pulled out does. */
  async kill() {
    for (const pid of await pidsOf(this.args.at(-1))) process.kill(pid, "SIGKILL");
    await until("the program to be gone", async () => (await pidsOf(this.args.at(-1))).length === 0);
    this.session = undefined;
    await this.driver.stop();
  }

  async close() {
    if (!this.session) return;
    await this.call("DELETE", this.session).catch(() => {});
    this.session = undefined;
  }
}
