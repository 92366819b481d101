// The server's end, orderly or not, and the state of its clients afterwards.
import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Client, newUser } from "./support/client.mjs";
import { TestServer, until } from "./support/server.mjs";

describe("the server's life", () => {
  let server;
  const open = [];
  const keep = (client) => {
    open.push(client);
    return client;
  };

  beforeEach(async () => {
    server = await TestServer.start();
  });
  afterEach(async () => {
    for (const client of open.splice(0)) client.close();
    await server.dispose();
  });

  /** Like the pages: sends the position of the moment. */
  function follower(user) {
    let since = "0";
    const client = keep(new Client(server, { auth: (give) => give({ token: user.token, since }) }));
    client.socket.on("messages", ({ data }) => {
      if (data) since = data.id;
    });
    return client;
  }

  test("SIGTERM: exit code 0 in under ten seconds, with clients connected", async () => {
    const user = keep(await newUser(server));
    keep(await Client.connect(server, { transports: ["polling"] }));
    const gone = once(user.socket, "disconnect");
    const { code, milliseconds } = await server.end("SIGTERM");
    assert.equal(code, 0, await server.log());
    assert.ok(milliseconds < 10_000, `${milliseconds} ms`);
    const [reason] = await gone;
    assert.notEqual(reason, "io server disconnect", "the client must come back by itself");
  });

  test("after a restart clients come back by themselves and have everything", async () => {
    const ann = keep(await newUser(server, "ann"));
    const ben = keep(await newUser(server, "ben"));
    const reader = follower(ben);
    await reader.connected();
    await ann.send(ben.username, "before");
    await reader.messages.count(1);
    await server.end("SIGTERM");
    await until(() => !reader.socket.connected, "the disconnection");
    await server.launch();
    const writer = keep(await Client.connect(server, { auth: { token: ann.token } }));
    assert.equal((await writer.send(ben.username, "after")).status, 0, "a token outlives the server");
    const documents = await reader.messages.count(2);
    assert.deepEqual(documents.map(({ data }) => data.message.message_data), ["before", "after"]);
  });

  test("kill -9 under load: every acknowledged message is in the database", async () => {
    const pairs = await Promise.all(Array.from({ length: 4 }, async (_, i) => [keep(await newUser(server, `w${i}`)), keep(await newUser(server, `r${i}`))]));
    const acknowledged = new Map(pairs.map(([writer]) => [writer, new Map()]));
    let count = 0;
    let asked = 0;
    let stopped = false;
    const load = pairs.map(async ([writer, reader]) => {
      for (let i = 0; !stopped; ++i) {
        asked += 1;
        const text = `${i}`;
        const answer = await writer.sendPatiently(reader.username, text, { lid: `lid ${i}` }).catch(() => null);
        if (!answer) return; // interrupted: no success was sent for it
        if (answer.status !== 0) continue;
        acknowledged.get(writer).set(answer.document.data.id, text);
        count += 1;
      }
    });
    try {
      await until(() => count >= 120, "load", 30_000);
      server.process.kill("SIGKILL");
      await once(server.process, "exit");
    } finally {
      stopped = true;
    }
    for (const [writer] of pairs) writer.close();
    await Promise.all(load);
    assert.ok(asked > count, "some were under way");

    await server.launch();
    for (const [writer, reader] of pairs) {
      const back = keep(await Client.connect(server, { auth: { token: writer.token } }));
      const found = new Map();
      for (let page = 1; ; ++page) {
        const { data, meta } = (await back.search(writer.username, reader.username, { rows: 100, page })).document;
        for (const { id, message } of data) found.set(id, message.message_data);
        if (meta.next === undefined) break;
      }
      for (const [id, text] of acknowledged.get(writer)) assert.equal(found.get(id), text, `message ${id} is there`);
    }
  });

  test("a send that was cut off is repeated with its lid and stored once", async () => {
    const ann = keep(await newUser(server, "ann"));
    const first = await ann.send(ann.username, "sure", { lid: "cut off" });
    await server.restart("SIGKILL");
    const back = keep(await Client.connect(server, { auth: { token: ann.token } }));
    const again = await back.send(ann.username, "sure", { lid: "cut off" });
    assert.equal(again.document.data.id, first.document.data.id);
    assert.equal((await back.search(ann.username, ann.username)).document.meta.total, 1);
  });
});
