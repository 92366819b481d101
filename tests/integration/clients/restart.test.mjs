// The server ends and starts again at the same port: every client reconnects by itself, by release and way to connect.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { TestServer, pluginFolder } from "../support/server.mjs";
import { asked, everyClient, heard } from "./cells.mjs";

for (const [how, signal] of [["ends in good order", "SIGTERM"], ["dies", "SIGKILL"]]) {
  describe(`the server ${how}`, { concurrency: true }, () => {
    const clients = everyClient();
    let server;
    let lost;
    let found;
    let sockets;
    before(async () => {
      server = await TestServer.start({ "plugins.folder": path.join(pluginFolder, "../tests/plugins") });
      sockets = await Promise.all(
        clients.map(async (client) => {
          const socket = await client.connect(server, { nsp: "/chat" });
          await client.settled(socket);
          return socket;
        }),
      );
      lost = sockets.map((socket) => heard(socket, "disconnect"));
      await server.end(signal);
      await Promise.all(lost);
      found = sockets.map((socket) => heard(socket, "connect"));
      await server.launch();
    });
    after(async () => {
      for (const client of clients) client.close();
      await server.dispose();
    });

    for (const [i, client] of clients.entries()) {
      test(`${how}, starts again, and is found: ${client.name}`, async () => {
        assert.match((await lost[i])[0], /^transport (close|error)$/);
        await found[i];
        assert.deepEqual(await asked(sockets[i], "echo", "again"), ["again"]);
      });
    }
  });
}
