// Clients that send numbered events to the plugin `relay` without a pause and check every answer: nothing may be lost,
// doubled or out of order, whichever version of the plugin answers. Plain WebSockets, so that 200 of them are cheap.
import WebSocket from "ws";

const Burst = 4;

export class RelayClient {
  constructor(server, { pause, onVersion }) {
    this.sent = 0;
    this.received = 0;
    this.acknowledged = 0;
    this.faults = [];
    this.pause = pause;
    this.onVersion = onVersion;
    this.stopped = false;
    this.socket = new WebSocket(`${server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    this.ready = new Promise((resolve, reject) => {
      this.socket.on("message", (data) => this.#receive(data.toString(), resolve));
      this.socket.on("error", reject);
      this.socket.on("close", () => this.stopped || this.#fault("closed by the server"));
    });
    this.idle = new Promise((resolve) => {
      this.becameIdle = resolve;
    });
  }

  /** Sends until `stop()`. */
  start() {
    this.#send();
  }

  /** Stops sending; resolves when everything has been answered. */
  async stop() {
    this.stopping = true;
    await this.idle;
    this.stopped = true;
    this.socket.close();
  }

  #send() {
    if (this.stopping) return this.becameIdle();
    for (let i = 0; i < Burst; ++i) {
      const number = ++this.sent;
      // In turns on a worker and on the loop: an inline event must not overtake one that waits for a worker.
      this.socket.send(`42${number}["${number % 2 ? "relay" : "relay now"}",${number}]`);
    }
  }

  #receive(text, ready) {
    if (text === "2") return this.socket.send("3");
    if (text.startsWith("0")) return this.socket.send("40");
    if (text.startsWith("40")) return ready();
    const answer = /^4([23])(\d*)\[(?:"relay(?: now)?",)?(\d+),(\d)\]$/.exec(text);
    if (!answer) return this.#fault(`got ${text.slice(0, 200)}`);
    const [, type, ack, number, version] = answer;
    if (type === "2") {
      if (Number(number) !== ++this.received) this.#fault(`event ${number} where ${this.received} was due`);
    } else if (Number(number) !== ++this.acknowledged || ack !== number) {
      this.#fault(`acknowledgement ${ack} of ${number} where ${this.acknowledged} was due`);
    }
    this.onVersion(Number(version));
    if (this.acknowledged === this.sent && this.received === this.sent) setTimeout(() => this.#send(), this.pause);
  }

  #fault(what) {
    if (this.faults.length < 3) this.faults.push(what);
    this.stopping = true;
    this.becameIdle();
  }
}
