// The operations port's metrics of clients.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { Client } from "./support/client.mjs";
import { PluginFolder } from "./support/folder.mjs";
import { metric, pollingSession, webSocket } from "./support/requests.mjs";
import { freePort, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

describe("sessions and slow clients on the operations port", async () => {
  const folder = await PluginFolder.make();
  await folder.drop("echo");
  await folder.drop("probe");
  const port = await freePort();
  const t = suite({
    properties: { "plugins.folder": folder.folder, "operations.port": port, "server.threads": 1, "limits.sendQueue": 65536 },
  });
  after(() => folder.dispose());

  const value = (name, ...labels) => metric(port, `${name}{${['loop="0"', ...labels]}}`);
  const sessions = async () => [await value("chat_sessions", 'transport="polling"'), await value("chat_sessions", 'transport="websocket"')];
  const slow = (queue) => value("chat_slow_clients_total", `queue="${queue}"`);
  const become = (polling, webSocket) =>
    until(async () => `${await sessions()}` === `${[polling, webSocket]}`, `${polling} sessions that poll and ${webSocket} with a WebSocket`);

  test("sessions are counted by their transport, through an upgrade and to their end", async () => {
    assert.deepEqual(await sessions(), [0, 0]);
    await t.connect({ transports: ["websocket"] });
    const polling = await t.connect({ transports: ["polling"] });
    await become(1, 1);
    const both = await t.connect({ transports: ["polling", "websocket"] });
    await become(1, 2);
    both.close();
    await become(1, 1);
    polling.close();
    await become(0, 1);
  });

  test("sends that go to the kernel together are counted if io_uring is in use, as the log says", async () => {
    const clients = [];
    for (let i = 0; i < 5; ++i) clients.push(await t.connect({ transports: ["websocket"] }));
    const before = await value("chat_sends_together_total");
    await clients[0].request("probe:wide", { uncompressed: false });
    const log = await t.server.log();
    if (log.includes("io_uring is in use")) {
      await until(async () => (await value("chat_sends_together_total")) >= before + clients.length, "the sends to be counted");
    } else {
      assert.match(log, /io_uring isn't available/);
      assert.equal(await value("chat_sends_together_total"), 0);
    }
    for (const client of clients) client.close();
  });

  test("a client that doesn't read what is sent to it is counted when it is closed", async () => {
    const before = await slow("connection");
    const client = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
    client.send("40");
    while (!(await client.next()).startsWith("40")) continue;
    client.socket.pause();
    const packet = `42["echo","${"x".repeat(60_000)}"]`;
    await until(async () => {
      if (client.socket.bufferedAmount < 1_000_000) client.send(packet);
      return (await slow("connection")) === before + 1;
    }, "the slow client to be counted");
  });

  test("a polling client that doesn't fetch its packets is closed too", async () => {
    const before = await slow("polling");
    const session = await pollingSession(t.server);
    await session.post("40");
    await session.poll();
    for (let posts = 0; posts < 3; ++posts) await session.post(`42["echo","${"x".repeat(60_000)}"]`).catch(() => {});
    await until(async () => (await slow("polling")) === before + 1, "the slow client to be counted");
  });

  test("other origins are not", async () => {
    const client = await Client.connect(t.server);
    client.close();
    assert.equal(await slow("connection"), 1);
    assert.equal(await slow("polling"), 1);
  });
});
