// Connection state recovery with the unchanged official client, on one loop and on two, over both transports.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { io } from "socket.io-client-4.8";
import { newName, newUser } from "./support/client.mjs";
import { ConformanceServer } from "./support/conformance.mjs";
import { until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

// Heartbeats are long, since these tests don't need them and a busy machine must not miss one.
const Heartbeat = { "ping-interval": 20_000, "ping-timeout": 20_000, "connect-timeout": 20_000 };

/** A proxy between client and server that can drop all connections without either side noticing. */
class Proxy {
  static async to(port) {
    const proxy = new Proxy();
    proxy.server = net.createServer((client) => {
      const server = net.connect(port, "127.0.0.1");
      const pair = { client, server };
      proxy.pairs.add(pair);
      for (const [from, to] of [[client, server], [server, client]]) {
        from.on("data", (bytes) => pair.silent || to.write(bytes));
        from.on("error", () => {});
        from.on("close", () => pair.silent || to.destroy());
      }
    });
    proxy.server.listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    return proxy;
  }
  pairs = new Set();
  get url() {
    return `http://127.0.0.1:${this.server.address().port}`;
  }
  /** From now on nothing passes the existing connections; the server doesn't see their end. */
  silence() {
    for (const pair of this.pairs) pair.silent = true;
  }
  close() {
    for (const { client, server } of this.pairs) [client, server].forEach((end) => end.destroy());
    this.server.close();
  }
}

for (const loops of [1, 2]) {
  for (const transport of ["websocket", "polling"]) {
    describe(`recovery, ${loops} loop(s), ${transport}`, { timeout: 120_000 }, () => {
      let server;
      const open = [];
      before(async () => {
        server = await ConformanceServer.start({ ...Heartbeat, loops, recovery: "on", welcome: "off" });
      });
      afterEach(() => {
        for (const closable of open.splice(0)) closable.close();
      });
      after(() => server?.end());

      /** A client that reconnects when told to; `events` are the events that it got, without the offset at the end. */
      const connect = async (nsp = "/", options = {}, url = server.url) => {
        const socket = io(url + nsp, { forceNew: true, reconnection: false, transports: [transport], ...options });
        open.push(socket);
        socket.events = [];
        socket.onAny((...event) => socket.events.push(event.slice(0, -1)));
        await once(socket, "connect");
        return socket;
      };
      const back = async (socket) => {
        socket.connect();
        await once(socket, "connect");
      };
      /** Breaks the connection, or ends it as given, and waits until the server knows. */
      const lose = async (socket, end = () => socket.io.engine.close()) => {
        const { id, nsp } = socket;
        const witness = await connect(nsp, { auth: { token: "123" } });
        const before = await witness.emitWithAck("left-count", id);
        end();
        await until(async () => (await witness.emitWithAck("left-count", id)) > before, "the server to notice");
        witness.close();
      };
      const ask = (socket, ...args) => socket.timeout(5000).emitWithAck(...args);
      /** When this has come, everything that was emitted to the socket before has come too. */
      const settled = async (socket) => {
        await ask(socket, "message-with-ack", "settled");
      };

      test("missed events come in order: to all, to rooms, to the socket", async () => {
        const socket = await connect();
        const sender = await connect();
        socket.emit("join", "room");
        await settled(socket);
        const { id } = socket;
        await lose(socket);
        sender.emit("broadcast", 1, "a string");
        sender.emit("to-room", "room", 2);
        sender.emit("to-room", "elsewhere", "not for it");
        sender.emit("to-room", id, 3);
        sender.emit("broadcast", Buffer.from([4]));
        await settled(sender);
        await back(socket);
        assert.equal(socket.recovered, true);
        assert.equal(socket.id, id);
        sender.emit("to-room", "room", 5);
        await until(() => socket.events.length >= 5, "five events");
        assert.deepEqual(socket.events, [
          ["broadcast-back", 1, "a string"],
          ["room-back", 2],
          ["room-back", 3],
          ["broadcast-back", Buffer.from([4])],
          ["room-back", 5],
        ]);
      });

      test("a client that was sent nothing yet is recovered, and handlers see it", async () => {
        const socket = await connect();
        assert.equal(await ask(socket, "is-recovered"), false);
        await lose(socket);
        await back(socket);
        assert.equal(socket.recovered, true);
        assert.equal(await ask(socket, "is-recovered"), true);
      });

      test("again and again, nothing lost and nothing twice", async () => {
        const socket = await connect();
        const sender = await connect();
        const { id } = socket;
        let number = 0;
        for (let round = 0; round < 6; ++round) {
          socket.emit("message", number++);
          await settled(socket);
          sender.emit("broadcast", number++);
          await settled(sender);
          if (round % 2 === 0) await lose(socket);
          else socket.io.engine.close();
          sender.emit("to-room", id, number++);
          sender.emit("broadcast", number++);
          await settled(sender);
          await back(socket);
          assert.equal(socket.recovered, true, `round ${round}`);
        }
        await until(() => socket.events.length >= number, "all events");
        assert.deepEqual(socket.events.map(([, value]) => value), Array.from({ length: number }, (_, i) => i));
      });

      test("events that were on their way when the connection broke come once", async () => {
        const proxy = await Proxy.to(server.port);
        open.push(proxy);
        const socket = await connect("/", {}, proxy.url);
        const sender = await connect();
        const { id } = socket;
        sender.emit("broadcast", 0);
        await until(() => socket.events.length === 1, "the first");
        proxy.silence();
        sender.emit("broadcast", 1);
        sender.emit("to-room", id, 2);
        await settled(sender);
        socket.io.engine.close();
        await back(socket);  // the old connection still seems alive: the session is taken over
        assert.equal(socket.recovered, true);
        assert.equal(socket.id, id);
        sender.emit("broadcast", 3);
        await until(() => socket.events.length >= 4, "four events");
        await settled(socket);
        assert.deepEqual(socket.events.map(([, value]) => value), [0, 1, 2, 3]);
      });

      test("volatile events and strings at the end of others don't mislead it", async () => {
        const socket = await connect();
        const sender = await connect();
        sender.emit("broadcast", "one", "offset?");
        await until(() => socket.events.length === 1, "the first");
        // Volatile: it comes only if the client's transport is writable at that moment.
        await until(async () => {
          sender.emit("broadcast-volatile", "two", "17");
          await settled(sender);
          return socket.events.length >= 2;
        }, "a volatile one");
        await settled(socket);
        const before = socket.events.length;
        await lose(socket);
        sender.emit("broadcast-volatile", "lost");
        sender.emit("broadcast", "three", "");
        await settled(sender);
        await back(socket);
        assert.equal(socket.recovered, true);
        await until(() => socket.events.length > before, "the third");
        await settled(socket);
        assert.deepEqual(socket.events.map(([, value]) => value), ["one", ...Array(before - 1).fill("two"), "three"]);
      });

      test("rooms count as they were when the event was emitted", async () => {
        const proxy = await Proxy.to(server.port);
        open.push(proxy);
        const socket = await connect("/", {}, proxy.url);
        const sender = await connect();
        const { id } = socket;
        proxy.silence();
        sender.emit("to-room", "room", "before it was in");
        sender.emit("join-socket", id, "room");
        sender.emit("to-room", "room", "in");
        sender.emit("leave-socket", id, "room");
        sender.emit("to-room", "room", "after it had left");
        sender.emit("join-socket", id, "other");
        await settled(sender);
        socket.io.engine.close();
        await back(socket);
        sender.emit("to-room", "other", "still in");
        await until(() => socket.events.length >= 2, "two events");
        assert.deepEqual(socket.events, [["room-back", "in"], ["room-back", "still in"]]);
      });

      test("a socket that leaves or is disconnected isn't recovered", async () => {
        const left = await connect();
        await lose(left, () => left.disconnect());
        await back(left);
        assert.equal(left.recovered, false);
        const sent = await connect();
        sent.emit("close-me", false);
        await once(sent, "disconnect");
        await back(sent);
        assert.equal(sent.recovered, false);
      });

      test("a private id is good for its namespace, once, and a guessed one for nothing", async () => {
        const socket = await connect();
        const pid = socket._pid;
        await lose(socket);
        const other = await connect("/custom", { auth: { pid, offset: "0" } });
        assert.notEqual(other._pid, pid);
        const thief = await connect("/", { auth: { pid: `${pid.slice(0, -1)}${pid.endsWith("x") ? "y" : "x"}` } });
        assert.notEqual(thief.id, socket.id);
        for (const auth of [{ pid: 1 }, { pid: "" }, { pid: "_".repeat(20), offset: {} }, { pid, nested: "[".repeat(10) }]) {
          await connect("/custom", { auth });
        }
        await back(socket);
        assert.equal(socket.recovered, true);
        const taken = once(socket, "disconnect");
        const late = await connect("/", { auth: { pid, offset: "0" } });
        assert.equal(late._pid, pid);  // taken over from the connection that still seems alive
        await taken;
      });
    });
  }
}

test("the connect handlers are called again; a refused client may try once more", { timeout: 30_000 }, async () => {
  const server = await ConformanceServer.start({ ...Heartbeat, recovery: "on" });
  let token = "123";
  const socket = io(`${server.url}/auth`, { autoConnect: false, forceNew: true, reconnection: false, transports: ["websocket"], auth: (give) => give({ token }) });
  try {
    // The event is a replay's, and a session whose replay was cut off isn't kept. Its end, which is due at once, can't be seen from here.
    await until(async () => {
      socket.connect();
      await once(socket, "auth");
      const { id } = socket;
      socket.io.engine.close();
      token = "124";
      socket.connect();
      const [error] = await once(socket, "connect_error");
      assert.equal(error.message, "unauthorized");
      socket.io.engine.close();
      token = "123";
      socket.connect();
      await once(socket, "connect");
      if (!socket.recovered) {
        socket.disconnect();
        return false;
      }
      assert.equal(socket.id, id);
      return true;
    }, "a recovered connection");
  } finally {
    socket.close();
    await server.end();
  }
});

describe("recovery and time", { timeout: 60_000 }, () => {
  let server;
  const open = [];
  before(async () => {
    server = await ConformanceServer.start({
      "ping-interval": 100, "ping-timeout": 100, recovery: "on", "recovery-duration": 1000, "recovery-packets": 50, welcome: "off",
    });
  });
  afterEach(() => {
    for (const closable of open.splice(0)) closable.close();
  });
  after(() => server?.end());
  const connect = async (options = {}) => {
    const socket = io(server.url, { forceNew: true, reconnection: false, transports: ["websocket"], ...options });
    open.push(socket);
    await once(socket, "connect");
    return socket;
  };
  const back = async (socket) => {
    socket.connect();
    await once(socket, "connect");
  };

  test("after a long idle time, when the server's log doesn't reach back to the client's last event", async () => {
    const socket = await connect();
    const sender = await connect();
    sender.emit("broadcast", 1);
    await once(socket, "broadcast-back");
    for (let i = 0; i < 60; ++i) {
      sender.emit("to-room", "elsewhere", i);
      await delay(30);
    }
    socket.io.engine.close();
    await back(socket);
    assert.equal(socket.recovered, true);
  });

  test("not after maxDisconnectionDuration", async () => {
    const socket = await connect();
    socket.io.engine.close();
    await delay(1500);
    await back(socket);
    assert.equal(socket.recovered, false);
  });

  test("not if more was missed than is kept", async () => {
    const socket = await connect();
    const sender = await connect();
    socket.io.engine.close();
    for (let i = 0; i < 60; ++i) sender.emit("broadcast", i);
    await sender.emitWithAck("message-with-ack", 1);
    await back(socket);
    assert.equal(socket.recovered, false);
    sender.emit("broadcast", "live");
    const [value] = await once(socket, "broadcast-back");
    assert.equal(value, "live");
  });
});

describe("recovery in the chat", { timeout: 120_000 }, () => {
  const t = suite({ properties: { "socketio.recovery.enabled": true, "server.threads": 2 } });
  const texts = (client) => client.messages.all.map(({ data }) => data.message.message_data);

  for (const token of [false, true]) {
    test(`messages come once, who has ${token ? "a token and since" : "logged in on the socket"}`, async () => {
      const ben = await t.user("ben");
      let { socket } = ben;
      if (token) {
        // From the first connection on, like a page that keeps the last id.
        const auth = (give) => give({ token: ben.token, since: ben.messages.all.at(-1)?.data.id ?? "0" });
        const again = await t.connect({ auth });
        Object.assign(again, { username: ben.username, token: ben.token });
        ben.messages.all.splice(0);
        socket.disconnect();
        ben.socket = socket = again.socket;
        ben.received = again.received;
      }
      const ann = await t.user("ann");
      const total = 12;
      for (let i = 0; i < total; i += 3) {
        await ann.send(ben.username, `${i}`);
        await ben.messages.count(i + 1);
        socket.io.engine.close();  // reconnects by itself
        await ann.send(ben.username, `${i + 1}`);
        await once(socket, "connect");
        assert.equal(socket.recovered, true);
        await ann.send(ben.username, `${i + 2}`);
        await ben.messages.count(i + 3);
      }
      const answer = await ben.send(ann.username, "still Ben");
      assert.equal(answer.status, 0);
      await ben.messages.count(total + 1);
      assert.deepEqual(texts(ben), [...Array.from({ length: total }, (_, i) => `${i}`), "still Ben"]);
    });
  }

  test("the credential of a login may end meanwhile: then nothing is recovered", async () => {
    const ben = await t.user(newName("ben"));
    const other = t.keep(await newUser(t.server, "other"));
    const second = await t.connect({ auth: { token: ben.token } });
    ben.socket.io.reconnection(false);
    ben.socket.io.engine.close();
    assert.equal((await second.request("logout")).status, 0);
    await other.send(ben.username, "after the logout");
    ben.socket.connect();
    await once(ben.socket, "connect");
    assert.equal(ben.socket.recovered, false);
    assert.equal((await ben.send(other.username, "x")).status, 2);
    assert.deepEqual(ben.messages.all.filter(({ data }) => data), []);
  });
});
