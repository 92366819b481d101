// Handshakes that are refused with 503 for a while: every client tries again by itself and is let in, by release and way
// to connect.
import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs/promises";
import net from "node:net";
import { after, before, describe, test } from "node:test";
import { PluginFolder, testPlugins } from "../support/folder.mjs";
import { ask, metric } from "../support/requests.mjs";
import { TestServer, freePort, until } from "../support/server.mjs";
import { asked, everyClient, heard } from "./cells.mjs";

const Handshake = "/socket.io/?EIO=4&transport=polling&door=hold";

/** `open()` starts a server that refuses all clients, `letIn()` ends that, `works(socket)` asserts that a socket works. */
function tryAgain(what, { open, letIn, works }) {
  describe(what, { concurrency: true }, () => {
    const clients = everyClient();
    let server;
    let sockets;
    let found;
    before(async () => {
      server = await open();
      sockets = clients.map((client) => client.open(server));
      found = sockets.map((socket) => heard(socket, "connect"));
      const errors = await Promise.all(sockets.map((socket) => heard(socket, "connect_error")));
      // A WebSocket client doesn't get the status.
      for (const [i, [error]] of errors.entries()) if (clients[i].way !== "websocket") assert.equal(error.description, 503, clients[i].name);
      await letIn();
    });
    after(async () => {
      for (const client of clients) client.close();
      await server?.dispose();
    });

    for (const [i, client] of clients.entries()) {
      test(`${what}, then room: ${client.name}`, async () => {
        await found[i];
        await works(sockets[i]);
      });
    }
  });
}

{
  const Room = 150;
  const occupants = [];

  /** Opens a connection that uses up the limit; returns the status of the answer. */
  async function occupy(server) {
    const socket = net.connect(server.port, "127.0.0.1");
    socket.on("error", () => {});
    occupants.push(socket);
    await once(socket, "connect");
    socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    const [answer] = await once(socket, "data");
    return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)[1]);
  }

  tryAgain("as many connections as the server takes", {
    async open() {
      const server = await TestServer.start({ "plugins.folder": testPlugins, "limits.connections": Room, "http.keepAliveTimeout": 60_000 });
      let status = 200;
      while (status === 200 && occupants.length <= Room) status = await occupy(server);
      assert.equal(status, 503);
      return server;
    },
    async letIn() {
      for (const socket of occupants) socket.destroy();
    },
    works: async (socket) => assert.deepEqual(await asked(socket, "echo", "at last"), ["at last"]),
  });
}

{
  const folder = await PluginFolder.make();
  const latch = folder.path("latch");
  const operations = await freePort();
  await folder.drop("doorman-1", "doorman.so");
  after(() => folder.dispose());

  tryAgain("a handshake handler that has more to do than it can", {
    async open() {
      const server = await TestServer.start({
        "plugins.folder": folder.folder,
        "operations.port": operations,
        "engine.handshakeTimeout": 60_000,
        "doorman.latch": latch,
        "plugin.doorman.threads": 1,
        "plugin.doorman.queue": 1,
      });
      for (const place of ["calls", "queue"]) {
        ask(server, Handshake).catch(() => {});
        await until(async () => (await metric(operations, `chat_host_plugin_${place}{plugin="doorman"}`)) === 1, `a handshake in ${place}`);
      }
      return server;
    },
    letIn: () => fs.writeFile(latch, ""),
    works: async (socket) => assert.ok((await asked(socket, "doorman:calls"))[0] > 0),
  });
}
