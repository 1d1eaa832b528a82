// A whole demo company on this machine: headquarters, the network in front of it, and devices that belong to its people.

import { cp } from "node:fs/promises";
import { letIn } from "./browser.mjs";
import { Network } from "./network.mjs";
import { Running, folder, freePort, later, program, run, until } from "./programs.mjs";

const outpost = program("outpost");

/** Makes the demo company in a folder, for `found` to copy: making it takes longer than any test. */
export async function makeCompany(data) {
  const port = await freePort();
  const headquarters = new Running(outpost, ["hq", "--data", data, "--demo", "--listen", `127.0.0.1:${port}`]);
  await headquarters.answers(`http://127.0.0.1:${port}/health`, { seconds: 180 });
  await headquarters.stop();
}

/** Starts headquarters with the demo company, reached by devices through a network that can be cut. */
export async function found(t) {
  const data = await folder(t, "hq");
  if (process.env.OUTPOST_E2E_COMPANY) await cp(process.env.OUTPOST_E2E_COMPANY, data, { recursive: true });
  else await makeCompany(data);
  const port = await freePort();
  const network = await Network.between(t, port);
  const company = new Company(t, data, port, network);
  await company.open();
  return company;
}

class Company {
  constructor(t, data, port, network) {
    Object.assign(this, { t, data, port, network, address: `http://127.0.0.1:${port}` });
  }

  /** Opens headquarters, again if it was closed. */
  async open() {
    const listen = ["--listen", `127.0.0.1:${this.port}`, "--public", this.network.address];
    this.headquarters = new Running(outpost, ["hq", "--data", this.data, "--demo", ...listen]);
    const { headquarters } = this;
    later(this.t, () => headquarters.stop());
    await headquarters.answers(`${this.address}/health`);
  }

  /** A link that lets one device belong to this person. */
  invite = async (login) => (await run(outpost, ["hq", "--data", this.data, "invite", login])).trim();

  /** A device that belongs to this person and has fetched its data. */
  async enrol(login) {
    const device = new Device(this.t, await folder(this.t, "replica"));
    await device.field("enroll", await this.invite(login), "--name", "e2e");
    await device.field("sync");
    return device;
  }

  /** A signed-in session at the console, without a browser. */
  async console(login, password = "outpost-demo") {
    const post = async (verb, body, cookie = "") => {
      const response = await fetch(`${this.address}/api/${verb}`, {
        method: "POST",
        headers: { "content-type": "application/json", cookie },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${verb}: ${response.status} ${await response.text()}`);
      return response;
    };
    const signedIn = await post("action", { name: "SignIn", ask: { login, password } });
    const cookie = signedIn.headers.getSetCookie()[0].split(";")[0];
    const [name, value] = cookie.split("=");
    return {
      /** Lets a page at the console be signed in as well. */
      enter: async (page) => {
        await page.context().addCookies([{ name, value, url: this.address }]);
        await page.reload();
      },
      query: async (name, ask = {}) => (await post("query", { name, ask }, cookie)).json(),
      action: async (name, ask = {}) => (await post("action", { name, ask }, cookie)).json(),
      command: async (name, payload) => (await post("command", { name, payload }, cookie)).json(),
    };
  }
}

/** One replica in its folder. */
export class Device {
  constructor(t, replica) {
    this.t = t;
    this.replica = replica;
  }

  /** Runs `outpost field` on it and reads the JSON that it prints. */
  async field(...args) {
    const printed = await run(outpost, ["field", "--replica", this.replica, ...args]);
    return printed.trim() === "" ? null : JSON.parse(printed.trim().split("\n").at(-1));
  }

  query = (name, ask = {}) => this.field("query", name, JSON.stringify(ask));

  /** Serves its app as a page; gives the address, which the test's browsers may use from then on. At `port`, or any. */
  async serve(port) {
    port ??= await freePort();
    const listen = ["--json", "--listen", `127.0.0.1:${port}`];
    this.served = new Running(outpost, ["field", "--replica", this.replica, "serve", ...listen]);
    const { served } = this;
    later(this.t, () => served.stop());
    this.address = `http://127.0.0.1:${port}`;
    await served.answers(`${this.address}/health`);
    /** What it has printed: whoever opens it comes in. */
    this.printed = await until("its address to be printed", () => /^\{"address":"(.+)"\}$/m.exec(served.said)?.[1]);
    this.cookie = await letIn(this.t, this.printed);
    return this.address;
  }
}
