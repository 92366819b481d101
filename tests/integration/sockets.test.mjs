// What plugins can do with sockets, through the official client: acknowledgements in both directions, rooms, data, roles.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { Client } from "./support/client.mjs";
import { TestServer, pluginFolder, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const folder = await fs.mkdtemp(path.join(os.tmpdir(), "chat-sockets-"));
await fs.copyFile(path.join(pluginFolder, "../tests/plugins/probe.so"), path.join(folder, "probe.so"));
after(() => fs.rm(folder, { recursive: true, force: true }));

const properties = { "plugins.folder": folder, "server.threads": 2 };

/** Makes the client acknowledge every request with this value. */
const answering = (client, answer) => client.socket.on("question", (...args) => args.at(-1)(answer, args.slice(0, -1)));

describe("sockets as plugins see them", () => {
  const t = suite({ properties });

  /** Enough clients that both loops have some; the kernel chooses the loop of a connection. */
  const crowd = (count, options) => Promise.all(Array.from({ length: count }, () => t.connect(options)));

  test("a question to a room is answered by every socket of it, on whichever loop", async () => {
    const clients = await crowd(12);
    for (const [index, client] of clients.entries()) {
      answering(client, index);
      await client.request("probe:join", "room-asked");
    }
    answering(await t.connect(), "not in the room");
    const { document } = await clients[0].request("probe:ask", { room: "room-asked", timeout: 5000 });
    assert.equal(document.complete, true);
    assert.deepEqual(document.answers, Object.fromEntries(clients.map((client, index) => [client.socket.id, [index, [1, { two: 2 }]]])));
  });

  test("sockets that don't answer in time, or leave, are named", async () => {
    const [asking, silent, leaving] = await crowd(3);
    for (const client of [asking, silent, leaving]) await client.request("probe:join", "room-missing");
    answering(asking, "here");
    const gone = leaving.socket.id;
    leaving.socket.on("question", () => leaving.close());
    const { document } = await asking.request("probe:ask", { room: "room-missing", timeout: 400 });
    assert.equal(document.complete, false);
    assert.deepEqual(document.answers, { [asking.socket.id]: ["here", [1, { two: 2 }]] });
    assert.deepEqual(document.missing, { [silent.socket.id]: "timed out", [gone]: "left" });
  });

  for (const transports of [["polling"], ["websocket"]]) {
    test(`a handler asks the client that called it, and gets binary back, over ${transports}`, async () => {
      const client = await t.connect({ transports });
      const order = [];
      client.socket.on("asking", () => order.push("asking"));
      client.socket.on("question", (number, acknowledge) => {
        order.push("question");
        acknowledge({ bytes: Buffer.from([1, 2, 3]) }, number);
      });
      const asked = new Promise((resolve) => client.socket.once("asked", (...args) => resolve(args)));
      client.socket.emit("probe:ask-later", { timeout: 5000 });
      const [{ bytes }, number] = await asked;
      assert.deepEqual(Buffer.from(bytes), Buffer.from([1, 2, 3]));
      assert.equal(number, 1);
      assert.deepEqual(order, ["asking", "question"]);
    });
  }

  test("a callback hears that the time is over", async () => {
    const client = await t.connect();
    const asked = new Promise((resolve) => client.socket.once("asked", resolve));
    client.socket.emit("probe:ask-later", { timeout: 50 });
    assert.deepEqual((await asked).missing, { [client.socket.id]: "timed out" });
  });

  test("a room is joined before the handler's next emit", async () => {
    const [first, second] = await crowd(2);
    await first.request("probe:join", "room-sync");
    const heard = [];
    for (const event of ["joined", "somebody joined"]) {
      first.socket.on(event, () => heard.push(`first ${event}`));
      second.socket.on(event, () => heard.push(`second ${event}`));
    }
    await second.request("probe:join", "room-sync");
    await until(() => heard.length === 3, "three events");
    assert.deepEqual([...heard].sort(), ["first joined", "first somebody joined", "second joined"]);
  });

  test("sockets are looked at with rooms, data and handshake", async () => {
    const client = await t.connect({ auth: { key: "value" }, query: { from: "test" }, extraHeaders: { "x-probe": "seen" } });
    const other = await t.connect();
    await client.request("probe:join", "room-look");
    await client.request("probe:keep", { colour: "red" });
    await other.request("probe:join", "room-look");
    const { document } = await other.request("probe:look", { room: "room-look", except: other.socket.id });
    assert.equal(document.count, 1);
    const [{ query, age, ...socket }] = document.sockets;
    assert.match(query, /from=test/);
    assert.ok(age >= 0 && age < 30, `${age}`);
    assert.deepEqual(socket, {
      id: client.socket.id,
      rooms: [client.socket.id, "room-look"],
      kept: { colour: "red" },
      auth: { key: "value" },
      address: "127.0.0.1",
      header: "seen",
      protocol: 4,
      secure: false,
    });
  });

  test("only the sockets of a room are disconnected", async () => {
    const [asking, one, two] = await crowd(3);
    for (const client of [one, two]) await client.request("probe:join", "room-kick");
    const left = [one, two].map((client) => new Promise((resolve) => client.socket.once("disconnect", resolve)));
    await asking.request("probe:kick", { room: "room-kick" });
    assert.deepEqual(await Promise.all(left), ["io server disconnect", "io server disconnect"]);
    assert.equal((await asking.request("probe:look", { room: "room-kick" })).document.count, 0);
  });

  test("a volatile event right after another one is sent", async () => {
    const client = await t.connect({ transports: ["websocket"] });
    let heard = 0;
    client.socket.on("second", () => ++heard);
    for (let i = 1; i <= 20; ++i) {
      await client.request("probe:twice");
      assert.equal(heard, i);
    }
  });

  test("a volatile event comes over polling too, if a request waits for it", async () => {
    const client = await t.connect({ transports: ["polling"] });
    let heard = 0;
    client.socket.on("second", () => ++heard);
    await until(async () => {
      await client.request("probe:twice");
      return heard > 0;
    }, "the event");
  });

  test("a packet handler refuses with an error that the client sees", async () => {
    const client = await t.connect();
    const { status, document } = await client.request("probe:forbidden");
    assert.equal(status, 2);
    assert.deepEqual(document, { errors: { code: "403", detail: "nobody may do that" } });
  });

  test("an any-handler may answer events without a handler; others stay unknown", async () => {
    const client = await t.connect();
    const answer = await new Promise((resolve) => client.socket.emit("any:thing", 1, 2, (...args) => resolve(args)));
    assert.deepEqual(answer, [1, 2]);
    assert.equal((await client.request("nothing")).document.errors.code, "404");
  });

  test("a namespace is served if a plugin accepts its name", async () => {
    const client = await t.connect({ nsp: "/probe-1" });
    assert.deepEqual((await client.request("any:thing", 1)).status, 1);
    for (const [nsp, message, data] of [["/elsewhere", "Invalid namespace", undefined], ["/probe-shut", "shut", { auth: { a: 1 } }]]) {
      const refused = new Client(t.server, { nsp, auth: { a: 1 } });
      const error = await new Promise((resolve) => refused.socket.once("connect_error", resolve));
      refused.close();
      assert.equal(error.message, message);
      assert.deepEqual(error.data, data);
    }
  });

  test("disconnecting tells the rooms, with the reference server's reason", async () => {
    const watching = await t.connect();
    const ways = [
      ["client namespace disconnect", (client) => client.socket.disconnect()],
      ["transport close", (client) => client.socket.io.engine.close()],
      ["transport close", (client) => client.socket.io.engine.transport.ws.close(4001)],
      ["transport error", (client) => client.socket.io.engine.write("x".repeat(2_000_000))],
      ["server namespace disconnect", (client) => watching.request("probe:kick", { socket: client.socket.id })],
    ];
    for (const [reason, leave] of ways) {
      const client = await t.connect({ transports: ["websocket"], reconnection: false });
      await client.request("probe:join", "room-left");
      const { id } = client.socket;
      await leave(client);
      const left = await until(async () => (await watching.request("probe:seen")).document.left.find((one) => one.id === id), reason);
      assert.deepEqual(left, { id, reason, rooms: ["room-left"] });
    }
  });

  test("outgoing handlers see events, but not acknowledgements", async () => {
    const client = await t.connect();
    await client.request("probe:binary");
    const { sent } = (await client.request("probe:seen")).document;
    assert.equal(sent.at(-1), "bytes");
  });

  test("a timer runs", async () => {
    const client = await t.connect();
    const runs = async () => (await client.request("probe:seen")).document.runs;
    const before = await runs();
    await until(async () => (await runs()) > before + 2, "the timer to run");
  });

  for (const transports of [["polling"], ["websocket"]]) {
    test(`bytes of the handler's own go as event and as acknowledgement over ${transports}`, async () => {
      const client = await t.connect({ transports });
      const emitted = new Promise((resolve) => client.socket.once("bytes", (...args) => resolve(args)));
      const acknowledged = await new Promise((resolve) => client.socket.emit("probe:binary", {}, (...args) => resolve(args)));
      for (const [{ first }, second] of [acknowledged, await emitted]) {
        assert.deepEqual([Buffer.from(first), Buffer.from(second)], [Buffer.from([0, 1, 2]), Buffer.from("xyz")]);
      }
    });
  }
});

test("unanswered questions delay the server's end no longer than its time limit", async () => {
  const server = await TestServer.start({ ...properties, "server.shutdownTimeout": 300 });
  try {
    const client = await Client.connect(server);
    const asked = new Promise((resolve) => client.socket.once("question", resolve));
    client.socket.emit("probe:ask-later", { timeout: 60_000 });
    await asked;
    client.socket.emit("probe:ask", { timeout: 60_000 });
    const { code, milliseconds } = await server.end("SIGTERM");
    assert.equal(code, 0, await server.log());
    assert.ok(milliseconds < 8000, `${milliseconds} ms`);
    client.close();
  } finally {
    await server.dispose();
  }
});

describe("data that plugins keep with a socket", () => {
  const t = suite({ properties: { ...properties, "socketio.recovery.enabled": true } });

  test("is there again when its connection is recovered, with its rooms", async () => {
    const client = await t.connect({ transports: ["websocket"] });
    await client.request("probe:keep", { colour: "red" });
    await client.request("probe:join", "room-kept");
    const back = new Promise((resolve) => client.socket.once("connect", resolve));
    client.socket.io.engine.close();
    await back;
    assert.equal(client.socket.recovered, true);
    const { document } = await client.request("probe:look", { room: "room-kept" });
    assert.deepEqual(document.sockets.map(({ id, kept }) => [id, kept]), [[client.socket.id, { colour: "red" }]]);
  });
});
