// Each side notices that the other is silent, by release and way to connect.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ConformanceServer } from "../support/conformance.mjs";
import { until } from "../support/server.mjs";
import { asked, cells, everyClient, heard, waiting } from "./cells.mjs";

/** The next heartbeat that the server has sent. */
const beat = (client, socket) =>
  waiting("a heartbeat", (resolve) => {
    const look = ({ type }) => {
      if (type !== (client.old ? "pong" : "ping")) return;
      socket.io.engine.off("packet", look);
      resolve();
    };
    socket.io.engine.on("packet", look);
  });

describe("a silent client", () => {
  let server;
  before(async () => {
    // A client's own time-out is the sum of the two, much longer than the server's.
    server = await ConformanceServer.start({ "ping-interval": 400, "ping-timeout": 2_000 });
  });
  after(() => server.end());

  cells(
    "falls silent, and the server ends its session",
    async (client) => {
      const socket = await client.connect(server);
      await client.settled(socket);
      const { engine } = socket.io;
      client.silence(socket);
      await until(() => client.forgotten(server, engine.id), "the session to be forgotten");
      await until(() => !socket.connected, "the client to be told");
    },
    { concurrency: 18 },
  );

  cells(
    "stays as long as it answers",
    async (client) => {
      const socket = await client.connect(server);
      const lost = [];
      socket.on("disconnect", (reason) => lost.push(reason));
      await client.settled(socket);
      for (let beats = 0; beats < 8; beats += 1) await beat(client, socket);
      assert.deepEqual(await asked(socket, "echo", "alive"), ["alive"]);
      assert.deepEqual(lost, []);
    },
    { concurrency: 18 },
  );
});

describe("a silent server", { concurrency: true }, () => {
  const clients = everyClient();
  let server;
  let reasons;
  before(async () => {
    server = await ConformanceServer.start({ "ping-interval": 300, "ping-timeout": 1_500 });
    const sockets = await Promise.all(
      clients.map(async (client) => {
        const socket = await client.connect(server, { reconnection: false });
        await client.settled(socket);
        return socket;
      }),
    );
    // At least one heartbeat came before the silence.
    await Promise.all(sockets.map((socket, i) => beat(clients[i], socket)));
    reasons = sockets.map((socket) => heard(socket, "disconnect"));
    server.freeze();
  });
  after(async () => {
    for (const client of clients) client.close();
    server.thaw();
    await server.end();
  });

  for (const [i, client] of clients.entries()) {
    test(`is noticed by its client: ${client.name}`, async () => {
      assert.equal((await reasons[i])[0], "ping timeout");
    });
  }
});
