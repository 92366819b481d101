// How the server ends connections at critical moments.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, describe, test } from "node:test";
import { io } from "socket.io-client-4.8";

import { PluginFolder } from "./support/folder.mjs";
import { ask, pollingSession } from "./support/requests.mjs";
import { until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const folder = await PluginFolder.make();
await folder.drop("probe");
after(() => folder.dispose());

describe("a connection that the server ends", () => {
  const t = suite({ properties: { "plugins.folder": folder.folder, "server.threads": 1, "engine.polling.closeTimeout": 1500 } });

  test("in the middle of its upgrade: the client hears of it, and doesn't come back", async () => {
    const other = await t.connect();
    const socket = io(t.server.url, { forceNew: true, autoConnect: false, reconnectionDelay: 50 });
    t.keep(socket);
    let connects = 0;
    socket.on("connect", () => ++connects);
    const connected = once(socket, "connect");
    const left = once(socket, "disconnect");
    socket.connect();
    const { engine } = socket.io;
    // The client has stopped polling and hasn't sent the upgrade packet yet.
    engine.once("upgrading", () => {
      const pause = engine.transport.pause.bind(engine.transport);
      engine.transport.pause = (paused) =>
        connected.then(() =>
          pause(async () => {
            await other.request("probe:kick", { socket: socket.id, close: true });
            paused();
          }),
        );
    });
    assert.equal((await left)[0], "io server disconnect");
    if (engine.readyState !== "closed") await new Promise((resolve) => engine.once("close", resolve));
    assert.equal(connects, 1);
    assert.equal(socket.active, false);
  });

  test("over polling it is there for its last poll for engine.polling.closeTimeout", async () => {
    const other = await t.connect();
    const kicked = async () => {
      const polling = await pollingSession(t.server);
      await polling.post("40");
      const { sid } = JSON.parse((await polling.poll()).body.toString().slice(2));
      await other.request("probe:kick", { socket: sid, close: true });
      return polling;
    };
    const heard = await kicked();
    assert.equal((await heard.poll()).body.toString(), "41");
    assert.equal((await heard.poll()).body.toString(), "1");
    assert.equal((await heard.poll()).status, 400);

    const start = Date.now();
    const silent = await kicked();
    // A request with an unknown method gets no packets: it is answered 405 while the session exists, 400 afterwards.
    await until(async () => (await ask(t.server, silent.at, { method: "PUT" })).status === 400, "the session's end");
    assert.ok(Date.now() - start >= 1400, "it was waited for");
  });
});

describe("recovery with socketio.recovery.skipMiddlewares", () => {
  const t = suite({
    properties: { "plugins.folder": folder.folder, "socketio.recovery.enabled": true, "socketio.recovery.skipMiddlewares": true },
  });

  test("the connect handlers are not called for a recovery", async () => {
    const watching = await t.connect();
    const seen = async () => (await watching.request("probe:seen")).document;
    const { socket } = await t.connect({ transports: ["websocket"], reconnection: false });
    const { id } = socket;
    const before = (await seen()).connects;
    socket.io.engine.close();
    await until(async () => (await seen()).left.some((left) => left.id === id), "the server to notice");
    const back = once(socket, "connect");
    socket.connect();
    await back;
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, id);
    assert.equal((await seen()).connects, before);
    await t.connect();
    assert.equal((await seen()).connects, before + 1, "a new one is asked about");
  });
});
