// The limits of one client, of one address and of all together.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { describe, test } from "node:test";
import { until } from "./support/server.mjs";
import { pollingSession, webSocket } from "./support/requests.mjs";
import { suite } from "./support/suite.mjs";

/** Asks for /healthz on a connection from that address; returns the answer. */
async function visit(t, from) {
  const socket = net.connect({ port: t.server.port, host: "127.0.0.1", localAddress: from });
  t.keep({ close: () => socket.destroy() });
  socket.on("error", () => {});
  const answer = new Promise((resolve) => {
    let text = "";
    socket.on("data", (part) => {
      text += part;
      if (text.includes("\r\n\r\n")) resolve(Number(text.match(/^HTTP\/1\.1 (\d+)/)[1]));
    });
    socket.on("close", () => resolve("closed"));
  });
  await once(socket, "connect");
  socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  return { socket, status: await answer };
}

describe("connections", () => {
  const t = suite({ properties: { "limits.connectionsPerAddress": 3, "limits.connections": 12, "http.trustedProxies": "127.0.0.3" } });

  test("one address may have the limit, and another one when one closes; other addresses and proxies aren't affected", async () => {
    const mine = [];
    for (let i = 0; i < 3; ++i) mine.push(await visit(t, "127.0.0.2"));
    assert.deepEqual(mine.map(({ status }) => status), [200, 200, 200]);
    assert.equal((await visit(t, "127.0.0.2")).status, 429);
    for (let i = 0; i < 4; ++i) assert.equal((await visit(t, "127.0.0.3")).status, 200);
    mine[0].socket.destroy();
    await until(async () => (await visit(t, "127.0.0.2")).status === 200, "room");
    await until(async () => /connection refused limit=limits\.connectionsPerAddress address=127\.0\.0\.2/.test(await t.server.log()), "a line in the log");
  });

  test("all addresses together may have the limit", async () => {
    const statuses = [];
    for (let i = 10; i < 30; ++i) statuses.push((await visit(t, `127.0.0.${i}`)).status);
    const taken = statuses.filter((status) => status === 200).length;
    assert.ok(taken >= 5 && taken <= 12, `${statuses}`);
    assert.ok(statuses.slice(taken).every((status) => status === 503), `${statuses}`);
  });
});

describe("a system that has few descriptors", () => {
  const t = suite({ launcher: ["prlimit", "--nofile=100:200"] });

  test("the soft limit is raised, and the log says what the hard one keeps from the server", async () => {
    assert.match(await t.server.log(), /warning .*at most 200 descriptors, each connection takes one: raise the hard limit \(LimitNOFILE=/);
  });

  test("connections beyond them are closed at once, open ones go on", async () => {
    const early = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
    await early.next();
    early.send("40");
    while (!(await early.next()).startsWith("40"));
    const statuses = [];
    for (let i = 0; i < 210; ++i) statuses.push((await visit(t, "127.0.0.2")).status);
    assert.equal(statuses[0], 200);
    assert.equal(statuses.at(-1), "closed");
    early.send("421[\"none\"]");
    assert.match(await early.next(), /^431\[/);
  });
});

describe("messages and bytes a second", () => {
  const t = suite({ properties: { "limits.messagesPerSecond": 20, "limits.bytesPerSecond": 10_000, "engine.pingInterval": 300, "engine.pingTimeout": 300 } });

  test("beyond them a client isn't read from for a while; nothing is lost, and the heartbeat isn't blamed", async () => {
    const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
    await socket.next();
    socket.send("40");
    while (!(await socket.next()).startsWith("40"));
    const start = Date.now();
    for (let id = 0; id < 60; ++id) socket.send(`42${id}["none"]`);
    const ids = [];
    while (ids.length < 60) {
      const packet = await socket.next();
      if (packet === "2") socket.send("3");
      if (packet.startsWith("43")) ids.push(Number(packet.match(/^43(\d+)/)[1]));
    }
    assert.deepEqual(ids, Array.from({ length: 60 }, (_, id) => id));
    // Messages that were read already are handled; later ones have to wait.
    socket.send('4260["none"]');
    while (!(await socket.next()).startsWith("4360")) socket.send("3");
    assert.ok(Date.now() - start >= 900, `${Date.now() - start}`);
  });

  test("a plain WebSocket isn't read from for a while either", async () => {
    const socket = await webSocket(t, "/ws");
    const answered = async () => JSON.parse(await socket.next()).ack;
    const ask = (id) => socket.send(JSON.stringify({ event: "none", id }));
    const start = Date.now();
    for (let id = 0; id < 60; ++id) ask(id);
    for (let id = 0; id < 60; ++id) assert.equal(await answered(), id);
    ask(60);
    assert.equal(await answered(), 60);
    assert.ok(Date.now() - start >= 900, `${Date.now() - start}`);
  });

  test("a polling client's request is answered when its time has come", async () => {
    const polling = await pollingSession(t.server);
    await polling.post("40");
    await until(async () => (await polling.poll()).body.toString().includes("40{"), "the namespace");
    const start = Date.now();
    assert.equal((await polling.post(`42["none","${"x".repeat(30_000)}"]`)).status, 200);
    assert.ok(Date.now() - start >= 900, `${Date.now() - start}`);
  });
});

describe("sockets without an identity", () => {
  const t = suite({ properties: { "limits.anonymousTimeout": 800 } });

  test("they are disconnected after a while, those of users stay", async () => {
    const user = await t.user();
    const anonymous = await t.connect();
    const [reason] = await once(anonymous.socket, "disconnect");
    assert.equal(reason, "io server disconnect");
    assert.ok(user.socket.connected);
    const { status } = await user.request("logout");
    assert.equal(status, 0);
    assert.equal((await once(user.socket, "disconnect"))[0], "io server disconnect");
  });
});

describe("sockets of one user", () => {
  const t = suite({ properties: { "server.threads": 2, "limits.socketsPerUser": 2 } });
  const lost = (client) => once(client.socket, "disconnect").then(([reason]) => reason);

  test("with one more the oldest is disconnected, on whatever loop and namespace they are; others aren't concerned", async () => {
    const other = await t.user();
    const first = await t.user();
    const again = async (options) => {
      const client = await t.connect(options);
      assert.equal((await client.login(first.username)).status, 0);
      return client;
    };
    const second = await again({ nsp: "/chat", transports: ["polling"] });
    const firstLost = lost(first);
    const secondLost = lost(second);
    const third = await again({ transports: ["websocket"] });
    assert.equal(await firstLost, "io server disconnect");
    assert.ok(second.socket.connected);
    const plain = await webSocket(t, "/ws", { headers: { Authorization: `Bearer ${first.token}` } });
    assert.equal(await secondLost, "io server disconnect");
    assert.ok(third.socket.connected);
    assert.equal((await third.send(other.username, "still here")).status, 0);
    await until(() => plain.heard.some((frame) => frame.includes("still here")), "the message on the newest");
    assert.ok(other.socket.connected);
    assert.match(await t.server.log(), /socket disconnected limit=limits\.socketsPerUser/);
  });

  test("a logout makes room", async () => {
    const first = await t.user();
    const second = await t.connect();
    await second.login(first.username);
    await second.request("logout");
    const third = await t.connect();
    await third.login(first.username);
    assert.equal((await first.send(first.username, "to myself")).status, 0);
    assert.ok(first.socket.connected && third.socket.connected);
  });
});
