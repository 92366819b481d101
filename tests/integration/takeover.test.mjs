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

/** Writes the ledger as a server of before had it; the tables are the same, without those of the search. */
async function makeReleased(database) {
  for (const table of ["message_search", "search_progress"]) await database.sql(`DROP TABLE IF EXISTS ${table}`);
  await database.sql("DELETE FROM schema_migration");
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
    await ann.send(ben.username, "written before");
    for (const client of [ann, ben]) client.close();
    await t.server.end();
    await makeReleased(t.server.database);

    await t.server.launch();
    const back = await t.connect({ auth: { token: ben.token, since: "0" } });
    await back.received.messages.count(1);
    assert.equal(back.received.messages.all[0].data.message.message_data, "written before");
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
