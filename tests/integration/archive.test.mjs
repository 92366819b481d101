// The life of data: the Flask chat taken over, users exported and erased, old messages removed, all of it backed up and restored. With the
// commands of the real binary, beside a server that goes on.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import path from "node:path";
import { createHash, pbkdf2Sync } from "node:crypto";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { execFile } from "node:child_process";
import { createDatabase, engine } from "./support/database.mjs";
import { TestServer, binary, freePort, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const run = promisify(execFile);

/** Runs a command with the server's configuration: `{code, out, errors}`. */
async function command(server, words, input = "", changes = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CHAT_")));
  const config = path.join(server.folder, "test.properties");
  const child = spawn(binary, [`--config=${config}`, ...words], { cwd: server.folder, env: { ...env, ...changes }, timeout: 120_000 });
  let out = "";
  let errors = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (errors += data));
  child.stdin.on("error", () => {}); // the command may end without reading
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, out, errors };
}

const linesOf = (text) => text.trim().split("\n").map((line) => JSON.parse(line));

async function expectSound(server) {
  assert.deepEqual({ ...(await command(server, ["verify"])), out: "" }, { code: 0, out: "", errors: "" });
}

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

const Users = ["Anna", "ben", "Carl", "dora", "emil"];
const senderOf = (i) => Users[i % Users.length];
const receiverOf = (i) => Users[(i + Math.floor(i / Users.length)) % Users.length];

/** A Flask chat of that many messages among some users; `words` tell the command where it is. */
async function makeFlask(server, count) {
  const at = (i) => new Date(Date.UTC(2021, 2, 4) + i * 60_000).toISOString().slice(0, 19).replace("T", " ");
  const statements = [
    "CREATE TABLE accounts (id INTEGER PRIMARY KEY, username VARCHAR(64), password VARCHAR(128), salt VARCHAR(32));",
    "CREATE TABLE messages (id INTEGER PRIMARY KEY, sid VARCHAR(64), rid VARCHAR(64), message TEXT, attributes JSON, date DATETIME);",
  ];
  Users.forEach((name, i) => {
    const salt = createHash("sha256").update(name).digest("hex").slice(0, 16);
    const digest = pbkdf2Sync(`old password of ${name}`, salt, 100_000, 32, "sha256").toString("hex");
    statements.push(`INSERT INTO accounts VALUES (${i + 1}, '${name}', '${digest}', '${salt}');`);
  });
  for (let from = 1; from <= count; from += 500) {
    const rows = [];
    for (let i = from; i < from + 500 && i <= count; ++i) {
      const attributes = i % 10 === 0 ? `{"image":{"url":"https://x.example/${i}.png","width":${i}}}` : "{}";
      rows.push(`(${i}, '${senderOf(i)}', '${receiverOf(i)}', ${quoted(`Nachricht ${i} über Café No${i % 100}`)}, '${attributes}', '${at(i)}')`);
    }
    statements.push(`INSERT INTO messages VALUES ${rows.join(",")};`);
  }
  if (engine === "sqlite") {
    const file = path.join(server.folder, "flask.db");
    const script = path.join(server.folder, "flask.sql");
    await fs.writeFile(script, `BEGIN;\n${statements.join("\n")}\nCOMMIT;\n`);
    await run("sqlite3", [file, `.read ${script}`]);
    return { words: ["--sqlite", file], input: "", drop: async () => {} };
  }
  const database = await createDatabase();
  for (const statement of statements) await database.sql(statement);
  const { "database.host": host, "database.port": port, "database.name": name, "database.user": user, "database.password": password } = database.properties;
  return { words: ["--mysql", `${host}:${port}/${name}`, "--user", user], input: `${password}\n`, drop: () => database.drop() };
}

const operationsPort = await freePort();

describe("import-flask", () => {
  const t = suite();
  const Count = 10_000;

  test("ten thousand messages: interrupted, resumed, with pages, search, counts and the old passwords", async () => {
    const flask = await makeFlask(t.server, Count);
    try {
      const check = await command(t.server, ["import-flask", ...flask.words, "--dry-run"], flask.input);
      assert.deepEqual(check, { code: 0, out: `would take over 5 accounts and ${Count} messages\n`, errors: "" });

      // Killed in the middle.
      const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CHAT_")));
      const child = spawn(binary, [`--config=${path.join(t.server.folder, "test.properties")}`, "import-flask", ...flask.words], { cwd: t.server.folder, env });
      child.stdin.end(flask.input);
      const stored = async () => Number(await t.server.database.sql("SELECT COUNT(*) FROM message"));
      const ended = once(child, "exit");
      await until(async () => (await stored()) > 0 || child.exitCode !== null, "the first messages");
      child.kill("SIGKILL");
      await ended;
      const before = await stored();
      const rest = await command(t.server, ["import-flask", ...flask.words], flask.input);
      assert.equal(rest.code, 0, rest.errors);
      assert.match(rest.out, new RegExp(`^took over \\d accounts and ${Count - before} messages\n$`));
      assert.equal(await stored(), Count);
      const again = await command(t.server, ["import-flask", ...flask.words], flask.input);
      assert.deepEqual(again, { code: 0, out: "took over 0 accounts and 0 messages\n", errors: "" });
      await expectSound(t.server);

      const anna = await t.connect();
      assert.equal((await anna.login("anna", "a wrong password")).document.errors.code, "401");
      const first = await anna.login("anna", "old password of Anna");
      assert.equal(first.status, 0);
      assert.equal(first.document.data.user_auth.username, "Anna");
      assert.equal(await t.server.database.sql("SELECT COUNT(*) FROM account WHERE password_hash LIKE '$pbkdf2%'"), "4");
      assert.equal((await (await t.connect()).login("Anna", "old password of Anna")).status, 0);

      const { document } = await anna.search("Anna", "ben", { rows: 3, page: 1 });
      const ofBoth = [];
      for (let i = 1; i <= Count; ++i) {
        if ([senderOf(i), receiverOf(i)].sort().join() === "Anna,ben") ofBoth.push(i);
      }
      assert.equal(document.meta.total, ofBoth.length);
      const texts = document.data.map(({ message }) => message.message_data);
      assert.deepEqual(texts, ofBoth.slice(-3).reverse().map((i) => `Nachricht ${i} über Café No${i % 100}`));
      const newest = new Date(Date.UTC(2021, 2, 4) + ofBoth.at(-1) * 60_000);
      assert.equal(document.data[0].message.date, newest.toISOString());
      const found = await anna.request("msgsearch", { meta: { search: "cafe nachricht has:image", rows: 5 }, data: { type: "msg" } });
      assert.equal(found.document.data.length, 5);
      const list = (await anna.conversations()).document.data;
      assert.equal(list.length, Users.length);
      for (const { conversation } of list) {
        let unread = 0;
        for (let i = 1; i <= Count; ++i) unread += senderOf(i) === conversation.rid && receiverOf(i) === "Anna" ? 1 : 0;
        assert.equal(conversation.unread, conversation.rid === "Anna" ? 0 : unread, conversation.rid);
      }
    } finally {
      await flask.drop();
    }
  });
});

describe("erase, export and purge beside a live server", () => {
  const t = suite({ properties: { "messages.perSecond": 100_000, "messages.burst": 100_000, "operations.port": operationsPort } });

  /** Two users who write to each other until `stop()`, which returns how long the slowest answer took. */
  function keepWriting(ann, ben) {
    let isDone = false;
    let slowest = 0;
    let count = 0;
    const one = async (from, to) => {
      while (!isDone) {
        const since = Date.now();
        const { status, document } = await from.send(to.username, `live ${++count}`);
        assert.equal(status, 0, JSON.stringify(document));
        slowest = Math.max(slowest, Date.now() - since);
      }
    };
    const all = Promise.all([one(ann, ben), one(ben, ann)]);
    return async () => {
      isDone = true;
      await all;
      return { slowest, count };
    };
  }

  test("a user is exported, then erased: sockets end within a second, the others' messages stay, senders don't wait", async () => {
    const [ann, ben, eve] = [await t.user("ann"), await t.user("ben"), await t.user("eve")];
    for (let i = 0; i < 400; ++i) await eve.send(ben.username, `of eve ${i}`);
    await ben.send(eve.username, "of ben");
    const exported = await command(t.server, ["export", eve.username]);
    assert.equal(exported.code, 0, exported.errors);
    const lines = linesOf(exported.out);
    assert.equal(lines.filter(({ type }) => type === "message").length, 401);
    assert.deepEqual(lines.at(-1), { type: "end", messages: 401 });
    assert.equal(exported.out.includes(eve.token), false);

    const stop = keepWriting(ann, ben);
    const ending = eve.received.login.wait(({ errors }) => errors !== undefined);
    const started = Date.now();
    const erasing = command(t.server, ["erase", eve.username.toUpperCase()]);
    const toldAt = ending.then(() => Date.now());
    const erased = await erasing;
    const erasedAt = Date.now();
    const told = await ending;
    assert.ok((await toldAt) - erasedAt < 1000, `told ${(await toldAt) - erasedAt} ms after the command had ended`);
    assert.deepEqual(told.errors, { code: "401", detail: "This account was deleted" });
    assert.deepEqual(erased, { code: 0, out: `erased ${eve.username.toUpperCase()}, 400 messages, 1 token ended\n`, errors: "" });
    const { slowest, count } = await stop();
    assert.ok(slowest < 1000, `a sender waited ${slowest} ms; the command took ${Date.now() - started} ms`);
    assert.ok(count > 10);
    assert.equal((await ben.send(eve.username, "are you there?")).document.errors.code, "404");
    const gone = `deleted.${eve.id}`;
    const { document } = await ben.search(ben.username, gone, { rows: 10 });
    assert.deepEqual(document.data.map(({ message }) => message.message_data), ["of ben"]);
    assert.equal((await command(t.server, ["export", eve.username])).code, 1);
    await expectSound(t.server);
  });

  test("old messages are removed while others write", async () => {
    const [ann, ben] = [await t.user("ann"), await t.user("ben")];
    for (let i = 0; i < 300; ++i) await ann.send(ben.username, `old ${i}`);
    await t.server.database.sql(`UPDATE message SET created_at = created_at - 864000000 WHERE body LIKE 'old %'`);
    const stop = keepWriting(ann, ben);
    const purged = await command(t.server, ["purge", "--older-than", "5d"]);
    const { slowest } = await stop();
    assert.equal(purged.code, 0, purged.errors);
    assert.match(purged.out, /^removed 300 messages from before /);
    assert.ok(slowest < 1000, `a sender waited ${slowest} ms`);
    const found = await ann.request("msgsearch", { meta: { search: "old" }, data: { type: "msg" } });
    assert.deepEqual(found.document.data, []);
    await expectSound(t.server);
  });

  test("mistakes have their exit codes, and nothing of it runs over the operations port", async () => {
    assert.equal((await command(t.server, ["purge", "--older-than", "soon"])).code, 64);
    assert.equal((await command(t.server, ["erase"])).code, 64);
    assert.equal((await command(t.server, ["erase", "nobody-at-all"])).code, 1);
    assert.equal((await command(t.server, ["import-flask", "--mysql", "127.0.0.1:1/x", "--user", "u"], "secret\n")).code, 75);
    const posted = await fetch(`http://127.0.0.1:${operationsPort}/commands/backup`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ words: [path.join(t.server.folder, "posted")] }),
    });
    assert.equal(posted.status, 403);
  });
});

describe("the server removes messages by age", () => {
  const t = suite({ properties: { "archive.retentionDays": 7, "archive.stepMs": 50 } });

  test("by itself, in small steps", async () => {
    const [ann, ben] = [await t.user("ann"), await t.user("ben")];
    for (let i = 0; i < 25; ++i) await ann.send(ben.username, `m ${i}`);
    await t.server.database.sql(`UPDATE message SET created_at = created_at - 864000000 WHERE body <> 'm 24'`);
    await t.server.restart();
    await until(async () => (await t.server.database.sql("SELECT COUNT(*) FROM message")) === "1", "the old messages to go", 60_000);
    await expectSound(t.server);
  });
});

describe("backup, restore, verify", () => {
  const t = suite();

  test("a backup beside a live server is restored into a new database, where everybody goes on", async () => {
    const [ann, ben] = [await t.user("ann"), await t.user("ben")];
    let newest;
    for (let i = 0; i < 20; ++i) newest = await ann.send(ben.username, `m ${i}`);
    const file = path.join(t.server.folder, "chat.backup");
    const backup = await command(t.server, ["backup", file]);
    assert.equal(backup.code, 0, backup.errors);
    const full = await command(t.server, ["restore", file]);
    assert.equal(full.code, 1);
    assert.match(full.errors, /The database is not empty/);

    const folder = await fs.mkdtemp(path.join(t.server.folder, "other-"));
    const database = await createDatabase(folder);
    const other = new TestServer(folder, database, {});
    try {
      // The configuration, without a server that uses the database.
      await other.launch();
      await other.end();
      const restored = await command(other, ["restore", file]);
      assert.equal(restored.code, 0, restored.errors);
      await expectSound(other);
      await other.launch();
      const there = t.keep(await (await import("./support/client.mjs")).Client.connect(other, { auth: { token: ann.token } }));
      const { document } = await there.search(ann.username, ben.username, { rows: 2 });
      assert.deepEqual(document.data.map(({ message }) => message.message_data), ["m 19", "m 18"]);
      const next = await there.send(ben.username, "goes on");
      assert.equal(next.status, 0);
      assert.ok(Number(next.document.data.id) > Number(newest.document.data.id));
    } finally {
      await other.dispose();
    }
  });

  test("verify says each fault, with exit code 1", async () => {
    const ann = await t.user("ann");
    await ann.send(ann.username, "note");
    await t.server.database.sql("UPDATE conversation SET message_count = message_count + 5");
    const { code, out } = await command(t.server, ["verify"]);
    assert.equal(code, 1);
    assert.match(out, /conversation \d+: it has 1 messages, and counts 6\n/);
    await t.server.database.sql("UPDATE conversation SET message_count = message_count - 5");
    await expectSound(t.server);
  });
});
