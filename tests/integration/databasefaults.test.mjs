// What the server says and does while its database is ended, killed, or takes nothing: on a MariaDB server of this file's own.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DatabaseServer, hasMariaDb } from "./support/databaseserver.mjs";
import { TestServer, until } from "./support/server.mjs";

const skip = (await hasMariaDb()) ? false : "MariaDB is not installed";

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

describe("a database that comes and goes", { skip }, () => {
  let database;
  const servers = [];
  before(async () => {
    database = await DatabaseServer.start();
  });
  after(async () => {
    for (const server of servers) await server.dispose();
    await database?.dispose();
  });
  async function serve(properties = {}) {
    const server = await TestServer.start({ ...(await database.database()), ...properties });
    servers.push(server);
    return server;
  }

  test("a restart while nobody writes: ready again within two seconds", async () => {
    const server = await serve();
    await database.end();
    await becomes(server, 503);
    await database.launch();
    await becomes(server, 200, 2000);
    await server.dispose();
  });
});
