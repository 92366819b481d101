// A proxy between the server and MySQL or MariaDB that passes on a COMMIT and swallows its answer; after that it is
// closed until it is opened.
import net from "node:net";
import { once } from "node:events";

// The server sends it at the end of its last statements.
const Commit = Buffer.from("COMMIT");

/** Whether the answer to the last of several statements is there: an error, or an OK without SERVER_MORE_RESULTS_EXISTS. */
function hasLastAnswer(bytes) {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const packet = bytes.subarray(at + 4, at + 4 + bytes.readUIntLE(at, 3));
    at += 4 + packet.length;
    if (packet[0] === 0xff) return true;
    let next = 1;
    // Two numbers of MySQL's variable length, then the status.
    for (let i = 0; i < 2; ++i) next += { 0xfc: 3, 0xfd: 4, 0xfe: 9 }[packet[next]] ?? 1;
    if (packet[0] === 0 && next + 2 <= packet.length && !(packet.readUInt16LE(next) & 8)) return true;
  }
  return false;
}

export class CommitPipe {
  static async to(port) {
    const pipe = new CommitPipe(port);
    pipe.listener.listen(0, "127.0.0.1");
    await once(pipe.listener, "listening");
    pipe.port = pipe.listener.address().port;
    return pipe;
  }

  constructor(target) {
    this.target = target;
    this.isClosed = false;
    this.sockets = new Set();
    this.listener = net.createServer((client) => this.#accept(client));
  }

  /** Resolves when the answer to the COMMIT after a statement that contains `text` has been swallowed. */
  cutAfter(text) {
    this.text = Buffer.from(text);
    return new Promise((resolve) => {
      this.cut = resolve;
    });
  }

  open() {
    this.isClosed = false;
  }

  dispose() {
    this.#endAll();
    this.listener.close();
  }

  #endAll() {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  #accept(client) {
    if (this.isClosed) return client.destroy();
    const server = net.connect(this.target, "127.0.0.1");
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        client.destroy();
        server.destroy();
      });
    }
    let isDoomed = false;
    client.on("data", (bytes) => {
      isDoomed ||= this.text !== undefined && bytes.includes(this.text);
      if (isDoomed && bytes.subarray(-Commit.length).equals(Commit)) {
        this.text = undefined;
        this.isClosed = true;
        server.removeAllListeners("data");
        let answers = Buffer.alloc(0);
        server.on("data", (answer) => {
          answers = Buffer.concat([answers, answer]);
          if (!hasLastAnswer(answers)) return;
          this.#endAll();
          this.cut();
        });
      }
      server.write(bytes);
    });
    server.on("data", (bytes) => client.write(bytes));
  }
}
