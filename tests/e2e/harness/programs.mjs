// Starts the real programs on free ports with folders of their own, waits until they answer, and stops them again.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

const target =
  process.env.CARGO_TARGET_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "outpost/target");

// What a test makes leaves no key in the key store of whoever runs it.
process.env.OUTPOST_KEY ??= "file";

/** Tests run what is quick to build; what is measured is what people run. */
const profile = process.env.OUTPOST_E2E_PROFILE ?? "debug";

/** The path of one of our programs. */
export const program = (name) => join(target, profile, name);

const undone = new WeakMap();

/** Has something undone after the test: the last thing first, as the runner by itself does not. */
export function later(t, undo) {
  if (!undone.has(t)) {
    undone.set(t, []);
    t.after(async () => {
      for (const step of undone.get(t).reverse()) await step();
    });
  }
  undone.get(t).push(undo);
}

/** A folder that is gone after the test. */
export async function folder(t, name) {
  const path = await mkdtemp(join(tmpdir(), `outpost-${name}-`));
  later(t, () => rm(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Asks again and again until the answer is true; a failure says what was waited for. */
export async function until(what, ask, { seconds = 20 } = {}) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    let last;
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A program that runs beside the test. What it says is kept for the day it fails. */
export class Running {
  constructor(command, args, { env = {}, input = "ignore" } = {}) {
    this.name = command.split("/").at(-1);
    this.said = "";
    this.process = spawn(command, args, { stdio: [input, "pipe", "pipe"], env: { ...process.env, ...env } });
    this.process.on("error", (error) => (this.said += `${error}\n`));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.said = (this.said + text).slice(-20_000)));
    }
    this.ended = new Promise((resolve) => {
      this.process.on("exit", resolve);
      this.process.on("error", resolve);
    });
    const kill = () => this.process.kill("SIGKILL");
    process.on("exit", kill);
    this.ended.then(() => process.off("exit", kill));
  }

  get alive() {
    return this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Waits until the program answers at this address. */
  async answers(address, options) {
    const ask = async () => !this.alive || (await fetch(address)).ok;
    await until(`${this.name} to answer at ${address}`, ask, options);
    if (!this.alive) throw new Error(`${this.name} ended:\n${this.said}`);
    return this;
  }

  /** Ends it, and waits for that. `SIGKILL` is how a tablet whose battery was pulled ends it. */
  async stop(signal = "SIGTERM") {
    if (this.alive) this.process.kill(signal);
    const forced = setTimeout(() => this.process.kill("SIGKILL"), 5000);
    await this.ended;
    clearTimeout(forced);
  }
}

/** Runs a program to its end and gives what it printed. */
export async function run(command, args, { env } = {}) {
  const running = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let out = "";
  let err = "";
  running.stdout.setEncoding("utf8").on("data", (text) => (out += text));
  running.stderr.setEncoding("utf8").on("data", (text) => (err += text));
  const [code] = await once(running, "close");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${err || out}`);
  return out;
}
