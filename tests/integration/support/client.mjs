// Official clients with the waiting that tests need: for an answer, for an event, for n events.
import { randomBytes } from "node:crypto";
import { io } from "socket.io-client-4.8";

const Patience = 10_000;

/** A unique name, so that names are never used twice, whatever is in the database. */
export const newName = (stem = "user") => `${stem}-${randomBytes(4).toString("hex")}`;
export const passwordOf = (name) => `password of ${name.toLowerCase()}`;

/** All events that a socket got, by name, with a way to wait for more. */
class Received {
  #documents = [];
  #waiting = new Set();

  add(document) {
    this.#documents.push(document);
    for (const look of [...this.#waiting]) look();
  }

  get all() {
    return this.#documents;
  }

  /** The first of those for which `test` holds, now or later. */
  wait(test = () => true, what = "an event") {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`waited in vain for ${what}; got ${JSON.stringify(this.#documents).slice(0, 500)}`));
      }, Patience);
      const look = () => {
        const found = this.#documents.find(test);
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  async count(number) {
    await this.wait(() => this.#documents.length >= number, `${number} events`);
    return this.#documents.slice();
  }
}

export class Client {
  /** Connects; `options` are the official client's, `nsp` the namespace. */
  static async connect(server, { nsp = "/", ...options } = {}) {
    const client = new Client(server, { nsp, ...options });
    await client.connected();
    return client;
  }

  constructor(server, { nsp = "/", ...options } = {}) {
    this.socket = io(server.url + nsp, { forceNew: true, reconnectionDelay: 100, reconnectionDelayMax: 500, ...options });
    this.received = {};
    for (const event of ["login", "logout", "messages", "msgsearch", "receipts", "conversations", "typing", "presence"]) {
      this.received[event] = new Received();
      this.socket.on(event, (document) => this.received[event].add(document));
    }
  }

  get messages() {
    return this.received.messages;
  }

  connected() {
    if (this.socket.connected) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("no connection")), Patience);
      this.socket.once("connect", () => {
        clearTimeout(timer);
        resolve();
      });
      this.socket.once("connect_error", (error) => {
        if (this.socket.active) return;
        clearTimeout(timer);
        reject(error);
      });
    });
  }

  /** The callback's arguments: `{status, document}`. */
  request(event, ...args) {
    return new Promise((resolve, reject) => {
      this.socket.timeout(Patience).emit(event, ...args, (error, status, document) => {
        if (error) reject(new Error(`no answer to ${event}`));
        else resolve({ status, document });
      });
    });
  }

  login(username, password = passwordOf(username)) {
    return this.request("login", { data: { type: "login", user_auth: { username, password } } });
  }

  send(rid, text, more = {}) {
    const { attributes, sid, lid } = more;
    return this.request("messages", { data: { type: "msg", lid, message: { rid, message_data: text, attributes, sid } } });
  }

  /** Sends, and repeats while the answer is 429. */
  async sendPatiently(rid, text, more) {
    for (;;) {
      const answer = await this.send(rid, text, more);
      if (answer.document.errors?.code !== "429") return answer;
      await new Promise((resolve) => setTimeout(resolve, answer.document.meta.retry_after * 1000));
    }
  }

  search(sid, rid, meta) {
    return this.request("msgsearch", { meta, data: { type: "msg", message: { sid, rid } } });
  }

  /** Sends a receipt for the other's messages: `{delivered, read}`; without values, asks for it. */
  receipt(rid, watermarks = {}) {
    return this.request("receipts", { data: { type: "receipt", receipt: { rid, ...watermarks } } });
  }

  conversations(meta) {
    return this.request("conversations", { meta, data: { type: "conversation" } });
  }

  typing(rid, active) {
    return this.request("typing", { data: { type: "typing", typing: { rid, active } } });
  }

  close() {
    this.socket.disconnect();
  }
}

/** A logged-in user with a unique name that begins with `stem`; the client has `username` and `token`. */
export async function newUser(server, stem = "user", options = {}) {
  const username = newName(stem);
  const client = await Client.connect(server, options);
  const { status, document } = await client.login(username);
  if (status !== 0) {
    client.close();  // or it keeps the process of the tests
    throw new Error(`login failed: ${JSON.stringify(document)}`);
  }
  return Object.assign(client, { username, token: document.meta.token, id: document.data.id });
}

/** The error of a connection that must be refused. */
export function refusal(server, options) {
  return new Promise((resolve, reject) => {
    const client = new Client(server, { reconnection: false, ...options });
    client.socket.once("connect", () => {
      client.close();
      reject(new Error("the connection was not refused"));
    });
    client.socket.once("connect_error", (error) => {
      client.close();
      resolve(error);
    });
  });
}
