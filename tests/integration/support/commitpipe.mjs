// A proxy between the server and MySQL or MariaDB that passes on a COMMIT and swallows its answer; after that it is
// closed until it is opened.
import net from "node:net";
import { once } from "node:events";

// A packet of MySQL's protocol: length, number, COM_QUERY, text.
const Commit = Buffer.from("\x07\x00\x00\x00\x03COMMIT", "latin1");

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
        server.once("data", () => {
          this.#endAll();
          this.cut();
        });
      }
      server.write(bytes);
    });
    server.on("data", (bytes) => client.write(bytes));
  }
}
