// Two servers on one database, with nothing else between them: what one has stored comes from the database to the
// sockets of the other, before anything that follows.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { Client } from "./support/client.mjs";
import { TestServer, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const properties = { "messages.burst": 100_000, "messages.perSecond": 100_000, "messages.feedMs": 100 };

describe("two servers on one database", () => {
  let other;
  const prepare = async ({ database }) => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "chat-test-"));
    other = new TestServer(folder, { ...database, drop: async () => {} }, properties);
    await other.launch();
  };
  const t = suite({ properties, prepare });
  after(() => other?.dispose());

  const textsOf = (client) => client.messages.all.map(({ data }) => data.message.message_data);
  const at = async (server, user, auth = {}) => t.keep(await Client.connect(server, { auth: { token: user.token, ...auth } }));
  const send = async (client, to, text) => {
    const { status, document } = await client.send(to.username, text);
    assert.equal(status, 0, JSON.stringify(document));
    return document.data.id;
  };

  for (const [what, since] of [["the newest id", (id) => ({ since: id })], ["no position", () => ({})]]) {
    test(`what another server has stored comes before what follows it, to a client that came with ${what}`, async () => {
      const ann = await t.user("ann");
      const ben = await t.user("ben");
      const first = await send(ann, ben, "before");
      const reader = await at(t.server, ben, since(first));
      const elsewhere = await at(other, ann);
      await send(elsewhere, ben, "elsewhere 1");
      await send(elsewhere, ben, "elsewhere 2");
      await send(ann, ben, "here 3");
      await reader.messages.count(3);
      assert.deepEqual(textsOf(reader), ["elsewhere 1", "elsewhere 2", "here 3"]);
      // The sender's own sockets miss nothing either.
      await ann.messages.count(4);
      assert.deepEqual(textsOf(ann), ["before", "elsewhere 1", "elsewhere 2", "here 3"]);
    });
  }

  test("the first message of all isn't missed if another server has stored it, also after a login on an open socket", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");  // by the event `login`
    const elsewhere = await at(other, ann);
    await send(elsewhere, ben, "the first");
    await send(ann, ben, "the second");
    await ben.messages.count(2);
    assert.deepEqual(textsOf(ben), ["the first", "the second"]);
  });

  test("other devices of the sender get them as well", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const phone = await at(t.server, ben);
    const elsewhere = await at(other, ben);
    await send(elsewhere, ann, "from the other server");
    await send(ann, ben, "an answer");
    await phone.messages.count(2);
    assert.deepEqual(textsOf(phone), ["from the other server", "an answer"]);
  });

  test("2,000 messages by six writers on both: each reader has each once, in one order", async () => {
    const Total = 2000;
    const Writers = 6;
    const ben = await t.user("ben");
    const writers = [];
    for (let i = 0; i < Writers; ++i) {
      const user = await t.user(`writer${i}`);
      writers.push(i % 2 ? await at(other, user) : user);
    }
    const steady = [await at(t.server, ben), await at(other, ben)];

    // One that comes back again and again, at either server, from the last id that it has.
    const collected = [];
    let isDone = false;
    const wanderer = (async () => {
      for (let round = 0; !isDone; ++round) {
        const since = collected.at(-1)?.data.id ?? "0";
        const client = await Client.connect(round % 2 ? other : t.server, { auth: { token: ben.token, since } });
        const size = collected.length;
        await until(() => isDone || size + client.messages.all.length > Math.min(size + 60, Total - 1), "messages", 30_000);
        collected.push(...client.messages.all);
        client.close();
      }
    })();

    let next = 0;
    try {
      await Promise.all(
        writers.map(async (writer) => {
          while (next < Total) await send(writer, ben, `n${next++}`);
        }),
      );
    } finally {
      isDone = true;
      await wanderer;
    }
    // Also the last ones, if they are of the other server and none follows them.
    for (const reader of steady) await reader.messages.count(Total);
    const all = await at(t.server, ben, { since: "0" });
    const ids = (await all.messages.count(Total)).map(({ data }) => BigInt(data.id));
    assert.equal(new Set(ids).size, Total);
    assert.ok(ids.every((id, i) => i === 0 || id > ids[i - 1]), "not in the order of their ids");

    const idsOf = (documents) => documents.map(({ data }) => BigInt(data.id));
    const rest = await at(t.server, ben, { since: collected.at(-1).data.id });
    const missing = Total - collected.length;
    if (missing > 0) collected.push(...(await rest.messages.count(missing)));
    assert.deepEqual(idsOf(collected), ids, "the wanderer");
    for (const reader of steady) assert.deepEqual(idsOf(reader.messages.all), ids, "one that stayed");
  });

  test("a logout at one server ends the token on the other's sockets", async () => {
    const ann = await t.user("ann");
    const elsewhere = await at(other, ann);
    assert.equal((await ann.request("logout")).status, 0);
    const told = await elsewhere.received.login.wait();
    assert.equal(told.errors.code, "401");
    assert.equal((await elsewhere.conversations()).document.errors.code, "401");
  });
});
