// Upgrades from polling to a WebSocket, with hand-written requests: details that the official clients don't show.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { enteredSession, webSocket } from "./support/requests.mjs";
import { until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

// One loop, so that what comes on several connections is taken in its order.
const oneLoop = { "server.threads": 1 };

/** A WebSocket beside the polling session, its probe answered. */
async function probe(t, polling) {
  const socket = await webSocket(t, polling.upgradePath);
  socket.send("2probe");
  assert.equal(await socket.next(), "3probe");
  return socket;
}

describe("Engine.IO: the upgrade", () => {
  const t = suite({
    properties: {
      ...oneLoop,
      "engine.pingInterval": 600,
      "engine.pingTimeout": 1200,
      "engine.upgradeTimeout": 500,
    },
  });
  const entered = () => enteredSession(t.server);
  const probed = (polling) => probe(t, polling);

  test("a waiting poll is answered, also a new one; then polling is closed", async () => {
    const polling = await entered();
    const waiting = polling.poll();
    const socket = await probed(polling);
    assert.equal((await waiting).body.toString(), "6");
    assert.equal((await polling.poll()).body.toString(), "6", "a tenth of a second later");
    socket.send("5");
    socket.send('420["none"]');
    assert.match(await socket.next(), /^430/);
    assert.equal((await polling.poll()).status, 400);
    assert.equal((await polling.post("2")).status, 400);
    const other = await webSocket(t, polling.upgradePath);
    assert.equal((await other.closed).code, 1008);
    socket.send('421["none"]');
    assert.match(await socket.next(), /^431/);
  });

  test("a wrong probe, an upgrade without one, and no upgrade in time close only that WebSocket", async () => {
    for (const first of ["2wrong", "5", "40", "2", Buffer.from([1])]) {
      const polling = await entered();
      const socket = await webSocket(t, polling.upgradePath);
      socket.send(first);
      await socket.closed;
      await polling.post('420["none"]');
      assert.match((await polling.poll()).body.toString(), /430/, `${first}`);
    }
    const polling = await entered();
    const silent = await webSocket(t, polling.upgradePath);
    const beats = (async () => {
      // Heartbeats keep the session alive meanwhile.
      for (;;) {
        const { status, body } = await polling.poll();
        if (status !== 200) return "gone";
        if (body.toString().includes("430")) return "answered";
        if (body.toString().split("\x1e").includes("2")) await polling.post("3");
      }
    })();
    await silent.closed;
    await polling.post('420["none"]');
    assert.equal(await beats, "answered");
  });

  test("a WebSocket that dies after its probe leaves the polling session as it was", async () => {
    const polling = await entered();
    const socket = await probed(polling);
    socket.socket.terminate();
    await polling.post('420["none"]');
    const bodies = [];
    await until(async () => {
      bodies.push((await polling.poll()).body.toString());
      return bodies.at(-1).includes("430");
    }, "the answer by polling");
    assert.ok((await probed(polling)).socket, "and it may try again");
  });
});

describe("Engine.IO: an upgrade that takes its time", () => {
  const t = suite({ properties: oneLoop });

  test("messages queued during an upgrade come once and in order", async () => {
    const polling = await enteredSession(t.server);
    const socket = await probe(t, polling);
    for (let id = 0; id < 50; ++id) await polling.post(`42${id}["none"]`);
    socket.send("5");
    for (let id = 50; id < 100; ++id) socket.send(`42${id}["none"]`);
    const ids = [];
    while (ids.length < 100) {
      const packet = await socket.next();
      if (packet.startsWith("43")) ids.push(Number(packet.match(/^43(\d+)/)[1]));
      if (packet === "2") socket.send("3");
    }
    assert.deepEqual(
      ids,
      Array.from({ length: 100 }, (_, id) => id),
    );
  });
});
