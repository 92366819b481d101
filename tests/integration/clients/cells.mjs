// The matrix: every release of the official client with every way to connect, and the differences of the releases.
//
// `cells(check)` gives a test for each cell. The tests of a file run side by side, so none may rely on another.
import { createRequire } from "node:module";
import { describe, test } from "node:test";

const require = createRequire(import.meta.url);

export const releases = ["4.8", "4.0", "3.1", "2.5", "2.0", "1.7"].map((release) => {
  const client = require(`socket.io-client-${release}`);
  return {
    release,
    io: client.io ?? client,
    /** Releases 1 and 2 speak Engine.IO 3: heartbeats come from the client, CONNECT has a query and no payload. */
    old: Number(release) < 3,
  };
});

export const ways = {
  polling: ["polling"],
  websocket: ["websocket"],
  upgrade: ["polling", "websocket"],
};

const Patience = 20_000;
const SideBySide = 6;

/** A promise of the result of `start(resolve, reject)`; after a while it is rejected with a text that says what was
 * awaited. */
export function waiting(what, start, patience = Patience) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), patience);
    const settle = (end) => (value) => {
      clearTimeout(timer);
      end(value);
    };
    start(settle(resolve), settle(reject));
  });
}

/** The arguments of the next `event`. */
export const heard = (emitter, event, patience) => waiting(event, (resolve) => emitter.once(event, (...args) => resolve(args)), patience);

/** The arguments that the server acknowledges with. */
export const asked = (socket, event, ...args) => waiting(`the answer to ${event}`, (resolve) => socket.emit(event, ...args, (...answer) => resolve(answer)));

/** A client of one cell: opens sockets, and closes them when its test has ended. */
export class CellClient {
  #open = [];

  constructor({ release, io, old }, way) {
    this.name = `${release} ${way}`;
    this.release = release;
    this.old = old;
    this.way = way;
    this.io = io;
  }

  /** A socket that begins to connect. `auth` is the payload of CONNECT, an old client's query. */
  open(server, { nsp = "/", auth, ...options } = {}) {
    const query = this.old && auth ? `?${new URLSearchParams(auth)}` : "";
    const socket = this.io(server.url + nsp + query, {
      transports: ways[this.way],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      ...(this.old ? {} : { auth }),
      ...options,
    });
    this.#open.push(socket);
    return socket;
  }

  async connect(server, options) {
    const socket = this.open(server, options);
    await this.connected(socket);
    return socket;
  }

  async connected(socket) {
    if (!socket.connected) await heard(socket, "connect");
  }

  /** Another namespace on the connection of `socket`. */
  async alongside(socket, nsp) {
    const other = socket.io.socket(nsp, {});
    await this.connected(other);
    return other;
  }

  /** The error of a refused connection: `{message, data}`; old clients get one of the two. */
  async refusal(server, options) {
    const socket = this.open(server, options);
    const [error] = await heard(socket, this.old ? "error" : "connect_error");
    return this.old ? error : { message: error.message, data: error.data };
  }

  /** The transport after the upgrade has finished on both sides. */
  async settled(socket) {
    const { engine } = socket.io;
    if (this.way === "upgrade") {
      if (engine.transport.name !== "websocket") await heard(engine, "upgrade");
      await asked(socket, "echo", "behind the upgrade");
    }
    return engine.transport.name;
  }

  /** Whether the server doesn't know a session any more. Asks with the transport that the session doesn't use, which
   * has no effect on it. */
  async forgotten(server, sid) {
    const transport = this.way === "polling" ? "websocket" : "polling";
    const answer = await fetch(`${server.url}/socket.io/?EIO=${this.old ? 3 : 4}&transport=${transport}&sid=${sid}`);
    const { code } = await answer.json();
    if (code !== 1 && code !== 3) throw new Error(`asking for a session: ${code}`);
    return code === 1;
  }

  /** Keeps the client from sending and from answering heartbeats. */
  silence(socket) {
    const { engine } = socket.io;
    const name = "_sendPacket" in engine ? "_sendPacket" : "sendPacket";
    const send = engine[name];
    engine[name] = function (type, ...rest) {
      if (type !== "ping" && type !== "pong") send.call(this, type, ...rest);
    };
  }

  close() {
    for (const socket of this.#open.splice(0)) {
      socket.io.reconnection(false);
      socket.disconnect();
      socket.io.engine?.close();
    }
  }
}

export const newestClient = () => new CellClient(releases[0], "websocket");

/** All clients of the matrix. */
export const everyClient = () => releases.flatMap((release) => Object.keys(ways).map((way) => new CellClient(release, way)));

/** A suite with `check(client)` as a test for each cell, named `what: RELEASE WAY`. */
export function cells(what, check, { concurrency = SideBySide } = {}) {
  describe(what, { concurrency }, () => {
    for (const client of everyClient()) {
      test(`${what}: ${client.name}`, async () => {
        try {
          await check(client);
        } finally {
          client.close();
        }
      });
    }
  });
}
