// Nothing is lost or reordered while a connection upgrades from polling to a WebSocket, in both directions.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { ConformanceServer } from "../support/conformance.mjs";
import { cells, waiting } from "./cells.mjs";

const Count = 300;

/** Every third message has bytes, every seventh is large. */
const messages = Array.from({ length: Count }, (_, i) => [i, i % 3 === 0 ? Buffer.from(`bytes ${i}`) : "text", `${i} `.repeat(i % 7 === 0 ? 2_000 : 2)]);

for (const [loops, deflate] of [
  [1, "off"],
  [2, "on"],
  [2, "context"],
]) {
  const where = `${loops} loops, compression ${deflate}`;
  describe(where, () => {
    let server;
    before(async () => {
      server = await ConformanceServer.start({ "ping-interval": 25_000, "ping-timeout": 20_000, loops, deflate });
    });
    after(() => server.end());

    cells(`${Count} messages sent from the first moment on come back in order: ${where}`, async (client) => {
      const socket = client.open(server);
      const numbers = [];
      const all = waiting("all messages", (resolve) => {
        socket.on("message-back", (number, bytes, text) => {
          assert.equal(text.length, messages[number][2].length);
          if (number % 3 === 0) assert.equal(Buffer.from(bytes).toString(), `bytes ${number}`);
          numbers.push(number);
          if (numbers.length === Count) resolve();
        });
      });
      // A few at a time, so that they are sent before, during and after the upgrade.
      await client.connected(socket);
      for (let i = 0; i < Count; i += 10) {
        for (const message of messages.slice(i, i + 10)) socket.emit("message", ...message);
        await new Promise(setImmediate);
      }
      await all;
      if (client.release === "4.8" && client.way === "websocket") {
        assert.equal(/permessage-deflate/.test(socket.io.engine.transport.ws.extensions), deflate !== "off");
      }
      assert.deepEqual(numbers, messages.map(([number]) => number));
    });
  });
}
