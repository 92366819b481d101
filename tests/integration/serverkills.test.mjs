// The server is killed under load; `tests/faults/kills.mjs server` does it at length.
import assert from "node:assert/strict";
import { test } from "node:test";
import { killRun } from "./support/killrun.mjs";
import { TestServer } from "./support/server.mjs";

test("a server that is killed again and again: everything acknowledged is stored and seen, once and in order", async () => {
  const server = await TestServer.start({ "messages.burst": 100_000, "messages.perSecond": 100_000 });
  try {
    const { faults, acknowledged } = await killRun(server, server, { kills: 3, clients: 10 });
    assert.deepEqual(faults, []);
    assert.ok(acknowledged >= 30);
  } finally {
    await server.dispose();
  }
});
