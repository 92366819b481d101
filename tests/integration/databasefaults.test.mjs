// The server's behaviour while its database is stopped, killed, locked or read-only, with a MariaDB server of its own, or
// MySQL (CHAT_MYSQL_ROOT).
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Client, newUser } from "./support/client.mjs";
import { CommitPipe } from "./support/commitpipe.mjs";
import { DatabaseServer, hasServer } from "./support/databaseserver.mjs";
import { killRun } from "./support/killrun.mjs";
import { TestServer, until } from "./support/server.mjs";

const skip = (await hasServer()) ? false : "MariaDB is not installed";

/** Status and text of `/readyz`. */
async function readiness(server) {
  const answer = await fetch(`${server.url}/readyz`);
  return { status: answer.status, text: await answer.text() };
}

const becomes = (server, status, timeout) =>
  until(async () => {
    const now = await readiness(server);
    return now.status === status && now;
  }, `/readyz to be ${status}`, timeout);

const texts = (documents) => documents.map(({ data }) => data.message.message_data);
const ids = (documents) => documents.map(({ data }) => BigInt(data.id));
const codeOf = ({ status, document }) => (status === 0 ? "0" : document.errors.code);
const unlimited = { "messages.burst": 100_000, "messages.perSecond": 100_000 };

describe("a database that can't be reached for a while", { skip }, () => {
  let database;
  const ended = [];
  before(async () => {
    database = await DatabaseServer.start();
  });
  const open = new Set();
  const end = (...clients) => clients.forEach((client) => client.close());
  /** A user whose client is closed after the test, also if it fails. */
  async function user(server, stem) {
    const client = await newUser(server, stem);
    open.add(client);
    return client;
  }
  afterEach(async () => {
    end(...open);
    open.clear();
    for (const one of ended.splice(0).reverse()) await one.dispose();
  });
  after(() => database?.dispose());
  async function serve(properties = {}) {
    const server = await TestServer.start({ ...(await database.database()), ...properties });
    ended.push(server);
    return server;
  }

  test("a restart without any writes: ready again within two seconds", async () => {
    const server = await serve();
    await database.end();
    await becomes(server, 503);
    await database.launch();
    await becomes(server, 200, 2000);
  });

  /** Ann's message is committed, the answer is lost, and the database can't be reached afterwards. */
  async function doubt(properties) {
    const pipe = await CommitPipe.to(database.port);
    ended.push(pipe);
    const server = await serve({ ...(await database.database({ port: pipe.port })), ...unlimited, ...properties });
    const [ann, ben, cleo] = await Promise.all(["ann", "ben", "cleo"].map((stem) => user(server, stem)));
    await ann.send(ben.username, "before");
    const cut = pipe.cutAfter("in doubt");
    const answer = ann.send(ben.username, "in doubt", { lid: "once" });
    await cut;
    return { pipe, server, ann, ben, cleo, answer };
  }

  for (const milliseconds of [0, 1000]) {
    test(`a commit whose answer is lost, on a database that is away for ${milliseconds} ms: stored and told`, async () => {
      const { pipe, ann, ben, cleo, answer } = await doubt();
      await delay(milliseconds);
      pipe.open();
      assert.equal(codeOf(await answer), "0");
      assert.equal(codeOf(await ann.send(ben.username, "after")), "0");
      const got = await ben.messages.count(3);
      assert.deepEqual(texts(got), ["before", "in doubt", "after"]);
      end(ann, ben, cleo);
    });
  }

  test("while it is away for longer than the wait no answer is wrong, and in the end every client gets what was stored", async () => {
    // In full: CHAT_TEST_AWAY=10000, with the default wait of two seconds.
    const away = Number(process.env.CHAT_TEST_AWAY ?? 4000);
    const { pipe, server, ann, ben, cleo, answer } = await doubt({ "database.waitMs": Math.floor(away / 4) });
    const begin = Date.now();
    const first = await answer;
    assert.deepEqual([first.status, codeOf(first)], [1, "504"]);
    assert.match(first.document.errors.detail, /same lid/);
    assert.equal(codeOf(await ann.send(ben.username, "again", { lid: "once" })), "504");
    assert.equal(codeOf(await cleo.send(ben.username, "another's")), "503");
    await becomes(server, 503, 2000);
    assert.deepEqual(texts(ben.messages.all), ["before"]);
    await delay(away - (Date.now() - begin));

    pipe.open();
    await ben.messages.count(2);
    await becomes(server, 200);
    const repeat = await ann.send(ben.username, "again", { lid: "once" });
    assert.deepEqual([repeat.status, repeat.document.data.message.message_data], [0, "in doubt"]);
    assert.equal(codeOf(await cleo.send(ben.username, "after")), "0");
    const got = await ben.messages.count(3);
    assert.deepEqual(texts(got), ["before", "in doubt", "after"]);
    assert.deepEqual(ids(got), ids(got).sort((a, b) => (a < b ? -1 : 1)));
    const back = await Client.connect(server, { auth: { token: ben.token, since: "0" } });
    assert.deepEqual(ids(await back.messages.count(3)), ids(got));
    end(ann, ben, cleo, back);
  });

  test("a server that ends in the middle of the doubt ends in time; clients that reconnect to the next one miss nothing", async () => {
    const { pipe, server, ann, ben, cleo, answer } = await doubt({ "database.waitMs": 1000 });
    assert.equal(codeOf(await answer), "504");
    end(ann, ben, cleo);
    const { code } = await server.end();
    assert.equal(code, 0);
    pipe.open();
    await server.launch();
    const sender = await Client.connect(server, { auth: { token: ann.token } });
    const repeat = await sender.send(ben.username, "again", { lid: "once" });
    assert.equal(repeat.document.data.message.message_data, "in doubt");
    const receiver = await Client.connect(server, { auth: { token: ben.token, since: "0" } });
    assert.deepEqual(texts(await receiver.messages.count(2)), ["before", "in doubt"]);
    end(sender, receiver);
  });

  for (const setting of ["read_only", "transaction_read_only"]) {
    test(`${setting}: not ready, 503, and served again at once when it is over`, async () => {
      const server = await serve({ ...unlimited, "plugin.messages.faults": 3 });
      const [ann, ben] = await Promise.all(["ann", "ben"].map((stem) => user(server, stem)));
      const variable = database.isMySql ? setting : setting.replace("transaction", "tx"); // MariaDB's older name
      await database.sql(`SET GLOBAL ${variable} = 1`);
      await database.endConnections();
      try {
        const { text } = await becomes(server, 503, 5000);
        assert.match(text, /read.only/i);
        for (let i = 0; i < 10; ++i) assert.equal(codeOf(await ann.send(ben.username, "refused")), "503");
      } finally {
        await database.sql(`SET GLOBAL ${variable} = 0`);
      }
      await becomes(server, 200, 3000);
      assert.equal(codeOf(await ann.send(ben.username, "taken")), "0");
      assert.deepEqual(texts(await ben.messages.count(1)), ["taken"]);
      end(ann, ben);
    });
  }

  for (const [what, isNew, row] of [
    ["the row of an account, before a first message", true, (ann) => `account WHERE name_key = '${ann.username.toLowerCase()}'`],
    ["the row of a conversation", false, () => "conversation WHERE id = (SELECT newest FROM (SELECT MAX(id) AS newest FROM conversation) c)"],
  ]) {
    test(`${what}, locked by somebody else, delays only its own user, who gets 503 in time`, async () => {
      const properties = await database.database();
      const server = await serve({ ...unlimited, ...properties });
      const [ann, ben, cleo, dan] = await Promise.all(["ann", "ben", "cleo", "dan"].map((stem) => user(server, stem)));
      assert.equal(codeOf(await cleo.send(dan.username, "before")), "0");
      if (!isNew) assert.equal(codeOf(await ann.send(ben.username, "before")), "0");
      const locking = await database.holding(`USE ${properties["database.name"]}; BEGIN; SELECT id FROM ${row(ann)} FOR UPDATE; SELECT SLEEP(4); COMMIT`);
      const begin = Date.now();
      const refused = ann.send(ben.username, "locked");
      const times = [];
      for (let i = 0; i < 40; ++i) {
        const sent = performance.now();
        assert.equal(codeOf(await cleo.send(dan.username, `free ${i}`)), "0");
        times.push(performance.now() - sent);
      }
      assert.ok(times.sort((a, b) => a - b)[20] < 200, `half of the others waited ${times[20]} ms`);
      assert.equal(codeOf(await refused), "503");
      assert.ok(Date.now() - begin < 3500);
      await locking.ended;
      assert.equal(codeOf(await ann.send(ben.username, "again")), "0");
      const expected = isNew ? ["again"] : ["before", "again"];
      assert.deepEqual(texts(await ben.messages.count(expected.length)), expected);
      end(ann, ben, cleo, dan);
    });
  }

  test("every table locked by a stranger: writers get 503 or 504 in time, readers don't wait, and afterwards all is well", async () => {
    const server = await serve(unlimited);
    const [ann, ben] = await Promise.all(["ann", "ben"].map((stem) => user(server, stem)));
    const texts = ["before", ...Array.from({ length: 10 }, (_, i) => `locked ${i}`)];
    assert.equal(codeOf(await ann.send(ben.username, texts[0], { lid: texts[0] })), "0");
    const locking = await database.holding("FLUSH TABLES WITH READ LOCK; SELECT SLEEP(5); UNLOCK TABLES");
    const begin = Date.now();
    const refused = Promise.all(
      texts.slice(1).map(async (text) => {
        assert.match(codeOf(await ann.send(ben.username, text, { lid: text })), /^50[34]$/);
        return Date.now() - begin;
      }),
    );
    const times = [];
    for (let i = 0; i < 20; ++i) {
      const asked = performance.now();
      assert.equal(codeOf(await ben.conversations()), "0");
      assert.equal(codeOf(await ben.search(ann.username, ben.username, { query: "before" })), "0");
      const back = await Client.connect(server, { auth: { token: ben.token, since: "0" } });
      open.add(back);
      assert.equal((await back.messages.count(1)).length, 1);
      times.push(performance.now() - asked);
    }
    assert.ok(times.sort((a, b) => a - b)[10] < 300 && times.at(-1) < 2000, `readers waited ${times.map(Math.round)} ms`);
    const longest = Math.max(...(await refused));
    assert.ok(longest < 3000, `a writer was refused after ${longest} ms`);
    await locking.ended;
    await becomes(server, 200, 5000);
    for (const text of texts) {
      await until(async () => codeOf(await ann.send(ben.username, text, { lid: text })) === "0", "a message to be taken");
    }
    const back = await Client.connect(server, { auth: { token: ben.token, since: "0" } });
    open.add(back);
    const stored = await back.messages.count(texts.length);
    assert.deepEqual(stored.map(({ data }) => data.message.message_data).sort(), [...texts].sort());
    assert.deepEqual(ids(ben.messages.all), ids(stored));
  });

  test("a max_allowed_packet that is too small for the settings is warned about, once, and refuses only what is too long", async () => {
    const packet = Number(await database.sql("SELECT @@max_allowed_packet"));
    const warnings = async (server) => (await server.log()).split("\n").filter((line) => line.includes("max_allowed_packet"));
    assert.deepEqual(await warnings(await serve()), []);
    await database.sql("SET GLOBAL max_allowed_packet = 65536");
    try {
      const server = await serve(unlimited);
      const [ann, ben] = await Promise.all(["ann", "ben"].map((stem) => user(server, stem)));
      assert.equal(codeOf(await ann.send(ben.username, "😀".repeat(4000))), "413");
      assert.equal(codeOf(await ann.send(ben.username, "x".repeat(4000))), "0");
      const told = await warnings(server);
      assert.equal(told.length, 1, told.join("\n"));
      assert.match(told[0], /max_allowed_packet is 65536.* at least 132438/);
    } finally {
      await database.sql(`SET GLOBAL max_allowed_packet = ${packet}`);
    }
  });

  test("a database that stands still: 503 in time, then at once; clients that come meanwhile are in by themselves when it goes on", async () => {
    const server = await serve(unlimited);
    const [ann, ben] = await Promise.all(["ann", "ben"].map((stem) => user(server, stem)));
    database.process.kill("SIGSTOP");
    const coming = [];
    try {
      const begin = Date.now();
      const first = await Promise.all([ann.send(ben.username, "standing"), ann.request("conversations", { data: { type: "conversation" } })]);
      assert.ok(first.every((answer) => /50[34]/.test(codeOf(answer))), JSON.stringify(first));
      assert.ok(Date.now() - begin < 3000, `answered after ${Date.now() - begin} ms`);
      await becomes(server, 503, 6000);
      const again = Date.now();
      assert.equal(codeOf(await ben.request("conversations", { data: { type: "conversation" } })), "503");
      assert.ok(Date.now() - again < 1000, `answered after ${Date.now() - again} ms`);
      for (let i = 0; i < 20; ++i) coming.push(new Client(server, { auth: { token: ann.token, since: "0" } }));
      await delay(500);
      assert.ok(coming.every((client) => !client.socket.connected));
    } finally {
      database.process.kill("SIGCONT");
    }
    await becomes(server, 200, 5000);
    await Promise.all(coming.map((client) => until(() => client.socket.connected, "a client to be in", 10_000)));
    assert.equal(codeOf(await ann.send(ben.username, "going on")), "0");
    end(ann, ben, ...coming);
  });

  test("killed again and again under load: everything acknowledged is stored and seen, once and in order", async () => {
    const server = await serve(unlimited);
    const { faults, acknowledged } = await killRun(server, database, { kills: 3, clients: 10 });
    assert.deepEqual(faults, []);
    assert.ok(acknowledged >= 30);
  });
});

describe("the file of SQLite", () => {
  let server;
  afterEach(() => server?.dispose());
  const start = async () => {
    server = await TestServer.start({ ...unlimited, "database.engine": "sqlite", "database.file": "chat.db" });
    return `${server.folder}/chat.db`;
  };

  test("removed under the running server: nothing more is acknowledged, and nothing is made in its place", async () => {
    const file = await start();
    const [ann, ben] = await Promise.all(["ann", "ben"].map((stem) => newUser(server, stem)));
    let acknowledged = 0;
    let removed = false;
    const sending = (async () => {
      for (let i = 0; i < 100_000; ++i) {
        const isRemoved = removed;
        const code = codeOf(await ann.send(ben.username, `m${i}`));
        if (code === "0") ++acknowledged;
        if (isRemoved) return code;
      }
    })();
    await until(() => acknowledged >= 5, "some messages");
    await fs.rename(file, `${file}.aside`);
    removed = true;
    assert.match(await sending, /^50[34]$/);
    const { text } = await becomes(server, 503, 3000);
    assert.match(text, /is gone/);
    assert.match(await server.log(), /not ready reason=.*is gone/);
    await assert.rejects(fs.access(file));
    const answered = ann.messages.all.filter(({ errors }) => !errors).length;

    await fs.rename(`${file}.aside`, file);
    await becomes(server, 200, 3000);
    assert.equal(codeOf(await ann.send(ben.username, "last")), "0");
    const back = await Client.connect(server, { auth: { token: ben.token, since: "0" } });
    assert.ok((await back.messages.count(acknowledged + 1)).length >= answered);
    for (const suffix of ["", "-wal", "-shm"]) assert.equal((await fs.stat(file + suffix)).mode & 0o777, 0o600);
    for (const client of [ann, ben, back]) client.close();
  });

  test("damaged: the server doesn't start, and says why", async () => {
    const file = await start();
    await server.end();
    const bytes = await fs.readFile(file);
    await fs.writeFile(file, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xa5)]));
    await assert.rejects(server.launch(), /is damaged/);
  });
});
