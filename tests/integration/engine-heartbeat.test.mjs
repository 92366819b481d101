// The heartbeat of Engine.IO 4, with hand-written requests.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { enteredSession, webSocket } from "./support/requests.mjs";
import { suite } from "./support/suite.mjs";

describe("Engine.IO: the heartbeat", () => {
  const t = suite({
    properties: {
      // One loop, so that packets on several connections are handled in their order.
      "server.threads": 1,
      "engine.pingInterval": 600,
      "engine.pingTimeout": 1200,
    },
  });
  const entered = () => enteredSession(t.server);

  test("the server pings at the interval, and ends sessions that don't answer, over both transports", async () => {
    const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
    await socket.next();
    socket.send("40");
    await socket.next();
    const start = Date.now();
    assert.equal(await socket.next(), "2");
    socket.send("3");
    assert.equal(await socket.next(), "2");
    const pinged = Date.now();
    assert.ok(pinged - start >= 1150 && pinged - start < 5000, `${pinged - start}`);
    await socket.closed;
    assert.ok(Date.now() - pinged >= 1150 && Date.now() - pinged < 5000);

    const polling = await entered();
    assert.equal((await polling.poll()).body.toString(), "2");
    assert.deepEqual((await polling.poll()).body.toString(), "1");
    assert.equal((await polling.poll()).status, 400);
  });

  test("a packet other than the pong restarts the time-out once, and not again", async () => {
    const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
    socket.send("40");
    while ((await socket.next()) !== "2");
    const pinged = Date.now();
    const talk = setInterval(() => socket.send('42["none"]'), 700);
    await socket.closed;
    clearInterval(talk);
    const lived = Date.now() - pinged;
    assert.ok(lived >= 1850 && lived < 6000, `${lived}`);
  });

  test("a ping from a client of version 4 is the wrong direction", async () => {
    const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
    socket.send("2");
    await socket.closed;
  });
});
