// A plugin is replaced repeatedly while 200 clients call it: no event is lost, doubled or out of order, and memory
// doesn't grow.
//
// CHAT_TEST_REPLACEMENTS (60), CHAT_TEST_CLIENTS (200) and CHAT_TEST_PAUSE (milliseconds between a client's bursts, 60)
// make it longer or lighter; CHAT_TEST_MEMORY=0 doesn't check memory, for sanitizers, which keep freed memory.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { test } from "node:test";
import { PluginFolder } from "./support/folder.mjs";
import { RelayClient } from "./support/relay.mjs";
import { TestServer, freePort, until } from "./support/server.mjs";

const Replacements = Number(process.env.CHAT_TEST_REPLACEMENTS ?? 60);
const Clients = Number(process.env.CHAT_TEST_CLIENTS ?? 200);
const Pause = Number(process.env.CHAT_TEST_PAUSE ?? 60);
const Memory = process.env.CHAT_TEST_MEMORY !== "0";
const WarmUp = Math.min(30, Math.floor(Replacements / 2));
const PerReplacement = 60_000;

const residentKiB = async (pid) => Number(/VmRSS:\s+(\d+)/.exec(await fs.readFile(`/proc/${pid}/status`, "utf8"))[1]);

test(`${Replacements} replacements under ${Clients} clients`, { timeout: 60_000 + Replacements * 5000 }, async (t) => {
  const folder = await PluginFolder.make();
  await folder.drop("relay-1", "relay.so");
  const port = await freePort();
  const server = await TestServer.start({ "plugins.folder": folder.folder, "plugins.settleMs": 10, "operations.port": port });
  const replacements = async () => (await (await fetch(`http://127.0.0.1:${port}/plugins`)).json()).replacements;
  const seen = { version: 0, events: 0 };
  const onVersion = (version) => {
    seen.version = version;
    ++seen.events;
  };
  const clients = Array.from({ length: Clients }, () => new RelayClient(server, { pause: Pause, onVersion }));
  try {
    await Promise.all(clients.map(({ ready }) => ready));
    for (const client of clients) client.start();
    let before = 0;
    for (let done = 1; done <= Replacements; ++done) {
      const next = done % 2 ? 2 : 1;
      await folder.drop(`relay-${next}`, "relay.so");
      // The version alone isn't enough: a last answer of the version before the last may still come.
      await until(async () => seen.version === next && (await replacements()) === done, `version ${next} in replacement ${done}`, PerReplacement);
      if (done === WarmUp) before = await residentKiB(server.pid);
    }
    const after = await residentKiB(server.pid);
    await Promise.all(clients.map((client) => client.stop()));
    const faults = clients.flatMap((client) => client.faults);
    assert.deepEqual(faults, []);
    for (const client of clients) assert.deepEqual([client.received, client.acknowledged], [client.sent, client.sent]);
    t.diagnostic(`${seen.events} answers, ${before} KiB after ${WarmUp} replacements, ${after} KiB after ${Replacements}`);
    const log = await server.log();
    assert.equal((log.match(/plugin relay \d\.0\.0 serves .*; it replaces/g) ?? []).length, Replacements);
    assert.ok(!/refused|parked|fault/.test(log), log.split("\n").find((line) => /refused|parked|fault/.test(line)));
    if (Memory) assert.ok(after < before * 1.05, `${before} KiB have become ${after} KiB`);
    const { code } = await server.end();
    assert.equal(code, 0, (await server.log()).slice(-2000));
  } finally {
    for (const client of clients) client.socket.terminate();
    await server.dispose();
    await folder.dispose();
  }
});
