// Engine.IO by hand: polling requests, WebSockets and bare TCP, for what no client would send.
import { once } from "node:events";
import net from "node:net";
import WebSocket from "ws";

const Patience = 10_000;

const within = (what, promise) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), Patience);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** A WebSocket whose messages wait until they are asked for. */
export class RawWebSocket {
  #waiting = [];

  /** `query` is all of it: `EIO=4&transport=websocket`. */
  static async open(server, query, path = "/socket.io/") {
    const socket = new RawWebSocket(server, query, path);
    await within("the WebSocket to open", Promise.race([once(socket.ws, "open"), socket.refused.then((status) => Promise.reject(new Error(`refused with ${status}`)))]));
    return socket;
  }

  /** The status and the body of a handshake that must be refused. */
  static async refusal(server, query) {
    const socket = new RawWebSocket(server, query, "/socket.io/");
    socket.ws.once("open", () => socket.ws.terminate());
    return within("a refusal", Promise.race([socket.refused, once(socket.ws, "open").then(() => ({ status: 101 }))]));
  }

  constructor(server, query, path) {
    this.received = [];
    this.ws = new WebSocket(`${server.url.replace("http", "ws")}${path}?${query}`);
    this.ws.on("error", () => {});
    this.refused = new Promise((resolve) => {
      this.ws.on("unexpected-response", async (request, response) => {
        const body = (await response.toArray()).join("");
        resolve({ status: response.statusCode, body });
      });
    });
    this.ws.on("message", (data, isBinary) => {
      this.received.push(isBinary ? data : data.toString());
      for (const look of this.#waiting.splice(0)) look();
    });
    this.closed = once(this.ws, "close").then(([code]) => {
      for (const look of this.#waiting.splice(0)) look();
      return code;
    });
  }

  send(data) {
    this.ws.send(data);
  }

  /** The next message, in the order in which they came; rejected where the connection ends before. */
  next() {
    return this.find(() => true);
  }

  /** The first message for which `test` holds; those before it are dropped. */
  find(test) {
    const look = async () => {
      for (;;) {
        while (this.received.length > 0) {
          const message = this.received.shift();
          if (test(message)) return message;
        }
        if (this.ws.readyState === WebSocket.CLOSED) throw new Error("the connection has ended");
        await new Promise((resolve) => this.#waiting.push(resolve));
      }
    };
    return within("a message", look());
  }

  ended() {
    return within("the end of the connection", this.closed);
  }

  close() {
    this.ws.terminate();
  }
}

/** A session over polling. */
export class RawPolling {
  static async open(server, { protocol = 4, more = "" } = {}) {
    const session = new RawPolling(server, protocol, more);
    const text = await (await session.get()).text();
    session.handshake = JSON.parse(text.slice(text.indexOf("{"), text.indexOf("}") + 1));
    return session;
  }

  constructor(server, protocol, more) {
    this.protocol = protocol;
    this.base = `${server.url}/socket.io/?EIO=${protocol}&transport=polling${more}`;
    this.handshake = null;
  }

  get sid() {
    return this.handshake.sid;
  }

  get url() {
    return this.handshake ? `${this.base}&sid=${this.sid}` : this.base;
  }

  get(options) {
    return fetch(this.url, options);
  }

  post(body, options = {}) {
    return fetch(this.url, { method: "POST", body, ...options });
  }

  /** The packets of the next answer. */
  async poll() {
    const answer = await within("the answer to a poll", this.get());
    if (answer.status !== 200) throw new Error(`the poll was answered ${answer.status}: ${await answer.text()}`);
    return (await answer.text()).split("\x1e");
  }
}

/** What a server answers to these bytes until it ends the connection. */
export async function rawAnswer(server, bytes) {
  const socket = net.connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  const parts = [];
  socket.on("data", (data) => parts.push(data));
  const ended = once(socket, "close");
  socket.write(bytes);
  await within("the end of a connection", ended).finally(() => socket.destroy());
  return Buffer.concat(parts).toString("latin1");
}
