// A client that sends and receives raw packets, also ones that the official client never sends.
import { once } from "node:events";
import WebSocket from "ws";

/** A client of packets: a WebSocket on which Engine.IO's `4` is put before what is sent and taken from what comes. */
export class PacketClient {
  static async connect(server, { eio = 4 } = {}) {
    const client = new PacketClient(new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=${eio}&transport=websocket`));
    client.handshake = JSON.parse((await client.#take()).slice(1));
    return client;
  }

  #waiting = [];
  #came = [];

  constructor(socket) {
    this.socket = socket;
    this.closed = once(socket, "close");
    socket.on("message", (data, isBinary) => {
      const message = isBinary ? data : data.toString();
      if (message === "2") return socket.send("3");
      const waiting = this.#waiting.shift();
      if (waiting) waiting(message);
      else this.#came.push(message);
    });
  }

  #take() {
    if (this.#came.length > 0) return Promise.resolve(this.#came.shift());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("waited in vain for a packet")), 10_000);
      const ended = () => reject(new Error("the connection was closed"));
      this.socket.once("close", ended);
      this.#waiting.push((message) => {
        clearTimeout(timer);
        this.socket.removeListener("close", ended);
        resolve(message);
      });
    });
  }

  send(...messages) {
    for (const message of messages) this.socket.send(typeof message === "string" ? `4${message}` : message);
  }

  /** The next packet: text without Engine.IO's `4`, or bytes. */
  async next() {
    const message = await this.#take();
    return typeof message === "string" ? message.slice(1) : message;
  }

  /** Enters a namespace of the conformance application and takes its greeting, the event `auth`. */
  async enter(nsp = "/", auth = "") {
    const prefix = nsp === "/" ? "" : `${nsp},`;
    this.send(`0${prefix}${auth}`);
    const answer = await this.next();
    if (!answer.startsWith(`0${prefix}{"sid"`)) throw new Error(`not let in: ${answer}`);
    return this.next();
  }

  close() {
    this.socket.terminate();
  }
}
