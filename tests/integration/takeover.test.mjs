// Databases of servers that had the chat's tables themselves: the plugins take them over at the start.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";

import { engine } from "./support/database.mjs";
import { projectFolder } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const releasedFolder = path.join(projectFolder, "tests/support/released-schema", engine === "sqlite" ? "sqlite" : "mysql");
const CannotStart = 70;

const statementsOf = async (name) =>
  (await fs.readFile(path.join(releasedFolder, name), "utf8"))
    .replace(/^--.*$/gm, "")
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter(Boolean);

/** The tables of conversations, messages and receipts as the released files make them, with the same rows. */
async function makeReleasedTables(database) {
  await database.sql(`CREATE TABLE kept_message AS SELECT m.id, c.lo_id, c.hi_id, m.sender_id,
    CASE WHEN c.lo_id = m.sender_id THEN c.hi_id ELSE c.lo_id END AS receiver_id, m.created_at, m.lid, m.body,
    m.body_folded, m.attributes FROM message m JOIN conversation c ON c.id = m.conversation_id`);
  await database.sql(`CREATE TABLE kept_receipt AS SELECT r.account_id,
    CASE WHEN c.lo_id = r.account_id THEN c.hi_id ELSE c.lo_id END AS peer_id, r.delivered_id, r.read_id, r.read_count
    FROM receipt r JOIN conversation c ON c.id = r.conversation_id`);
  for (const table of ["receipt", "member", "message", "message_order", "conversation"]) await database.sql(`DROP TABLE ${table}`);
  await database.sql("ALTER TABLE account DROP COLUMN last_message_id");
  const isOfConversations = (statement) => /^CREATE (TABLE|INDEX)[^(]*\b(conversation|message)\b/.test(statement);
  for (const statement of (await statementsOf("0001_init.sql")).filter(isOfConversations)) await database.sql(statement);
  for (const name of ["0002_receipt.sql", "0003_conversation_order.sql"]) {
    for (const statement of await statementsOf(name)) await database.sql(statement);
  }
  await database.sql("INSERT INTO message SELECT * FROM kept_message");
  await database.sql(`INSERT INTO conversation (lo_id, hi_id, message_count, last_message_id, lo_sent)
    SELECT lo_id, hi_id, COUNT(*), MAX(id), SUM(sender_id = lo_id) FROM kept_message GROUP BY lo_id, hi_id`);
  await database.sql("INSERT INTO receipt SELECT * FROM kept_receipt");
  for (const table of ["kept_message", "kept_receipt"]) await database.sql(`DROP TABLE ${table}`);
}

/** The database as a server of before had it. */
async function makeReleased(database) {
  await makeReleasedTables(database);
  for (const table of ["message_search", "search_progress", "flask_import", "flask_import_account", "flask_import_left", "erasure", "archive_lease"])
    await database.sql(`DROP TABLE IF EXISTS ${table}`);
  await database.sql("DELETE FROM schema_migration");
  if (engine !== "sqlite") await database.sql("DELETE FROM schema_migration_step");
  for (const name of (await fs.readdir(releasedFolder)).sort()) {
    const checksum = createHash("sha256").update(await fs.readFile(path.join(releasedFolder, name))).digest("hex");
    await database.sql(
      `INSERT INTO schema_migration (owner, number, name, checksum, applied_at) VALUES ('server', ${Number(name.slice(0, 4))}, '${name}', '${checksum}', 1)`,
    );
  }
}

const linesWith = (log, words) => log.split("\n").filter((line) => line.includes(words));

describe("a database of an earlier server", () => {
  const t = suite();

  test("serves on with its accounts, tokens and messages, and is taken over once", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    await ann.send(ben.username, "written before", { lid: "l" });
    await ann.send(ann.username, "a note");
    const read = (await ann.send(ben.username, "read before")).document.data.id;
    await ben.receipt(ann.username, { read });
    await ann.send(ben.username, "unread");
    const bens = (await ben.conversations()).document;
    const anns = (await ann.conversations()).document;
    for (const client of [ann, ben]) client.close();
    await t.server.end();
    await makeReleased(t.server.database);

    await t.server.launch();
    const back = await t.connect({ auth: { token: ben.token, since: "0" } });
    await back.received.messages.count(3);
    assert.deepEqual(back.received.messages.all.map(({ data }) => data.message.message_data), ["written before", "read before", "unread"]);
    assert.deepEqual((await back.conversations()).document, bens);
    assert.equal((await back.search(ann.username, ben.username)).document.meta.total, 3);
    const anns2 = await t.connect({ auth: { token: ann.token } });
    assert.deepEqual((await anns2.conversations()).document, anns);
    assert.equal((await anns2.send(ben.username, "again", { lid: "l" })).document.data.message.message_data, "written before");
    anns2.close();
    assert.equal((await back.send(ann.username, "written after")).status, 0);
    back.close();
    const log = await t.server.log();
    const taken = linesWith(log, "took over");
    assert.equal(taken.length, 7, log);
    assert.ok(taken.some((line) => line.includes("took over the migration 0001_receipt.sql of receipts, applied before as 0002_receipt.sql of server")), taken.join("\n"));

    await t.server.restart();
    assert.equal(linesWith(await t.server.log(), "took over").length, 7, "once");
  });

  test("is refused if a released migration was changed", async () => {
    await t.server.end();
    const change = (checksum) => t.server.database.sql(`UPDATE schema_migration SET checksum = ${checksum} WHERE owner = 'server' AND number = 5`);
    const [kept] = (await t.server.database.sql("SELECT checksum FROM schema_migration WHERE owner = 'server' AND number = 5")).split("\n");
    await change("'changed'");
    await assert.rejects(t.server.launch(), /the database has the migration 0005_last_seen\.sql of server with another content than the released/);
    assert.equal(t.server.process.exitCode, CannotStart);
    await change(`'${kept}'`);
    await t.server.launch();
  });

  test("and so is one whose migration fails", async () => {
    await t.server.end();
    const { database } = t.server;
    await database.sql("DELETE FROM schema_migration WHERE owner = 'plugin.presence'");
    await database.sql("DELETE FROM schema_migration WHERE owner = 'server'");
    await database.sql("DROP TABLE last_seen");
    await database.sql("CREATE VIEW last_seen AS SELECT 1 AS account_id");
    // MySQL's file passes over what has that name.
    if (engine === "sqlite") {
      await assert.rejects(t.server.launch(), /the migration 0001_last_seen\.sql of plugin\.presence failed at its statement 1/);
      assert.equal(t.server.process.exitCode, CannotStart);
    }
    await database.sql("DROP VIEW last_seen");
    await t.server.launch();
  });
});
