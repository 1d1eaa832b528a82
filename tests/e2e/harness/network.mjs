// The network between the field and headquarters: a wire that can be cut, and that can lead to the wrong place.

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { later } from "./programs.mjs";

/** What a proxy that wants a sign-in page says to everything. */
const PAGE = "<!doctype html><title>Sign in to the guest network</title>";

const answer = (status, type, body) =>
  `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;

/** Everything between this address and `port` goes over one wire. */
export class Network {
  #sockets = new Set();
  #mode = "through";
  #left = Infinity;

  static async between(t, port) {
    const network = new Network();
    network.server = createServer((socket) => network.#take(socket, port)).listen(0, "127.0.0.1");
    await once(network.server, "listening");
    network.port = network.server.address().port;
    network.address = `http://127.0.0.1:${network.port}`;
    later(t, () => network.close());
    return network;
  }

  #take(near, port) {
    near.on("error", () => near.destroy());
    if (this.#mode === "cut") return near.destroy();
    this.#sockets.add(near);
    near.on("close", () => this.#sockets.delete(near));
    if (this.#mode === "silent") return;
    if (this.#mode !== "through") {
      near.once("data", () => near.end(this.#mode));
      return;
    }
    const far = connect(port, "127.0.0.1");
    this.#sockets.add(far);
    far.on("close", () => {
      this.#sockets.delete(far);
      near.destroy();
    });
    far.on("error", () => near.destroy());
    near.on("close", () => far.destroy());
    near.pipe(far);
    far.on("data", (bytes) => {
      this.#left -= bytes.length;
      if (this.#left >= 0 || this.#mode !== "through") return;
      this.#mode = "cut";
      // What came before the cut arrives, however late it is read: nothing of it is taken back.
      queueMicrotask(() => {
        far.unpipe(near);
        near.end(() => this.cut());
      });
    });
    far.pipe(near);
  }

  #switch(mode) {
    this.#mode = mode;
    this.#left = Infinity;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** From now on nothing gets through, not even what is on its way. */
  cut() {
    this.#switch("cut");
  }

  /** Is cut by itself once this many bytes have come from headquarters. */
  cutAfter(bytes) {
    this.#left = bytes;
  }

  /** Takes every call and never says a word. */
  silence() {
    this.#switch("silent");
  }

  /** Headquarters answers that something is wrong on its side. */
  fail() {
    this.#switch(answer("500 Internal Server Error", "text/plain", "out of order"));
  }

  /** Something else answers in its place. */
  captive() {
    this.#switch(answer("200 OK", "text/html", PAGE));
  }

  /** Everything gets through again. */
  restore() {
    this.#switch("through");
  }

  close() {
    this.cut();
    this.server.close();
  }
}
