// The plugin folder of a server that runs: dropping in, replacing, removing, and rescanning by hand.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { after, describe, test } from "node:test";
import { Client } from "./support/client.mjs";
import { PluginFolder } from "./support/folder.mjs";
import { TestServer, freePort, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

/** Which version answers; 0 where nobody does. */
async function version(client) {
  const [, number] = await new Promise((resolve, reject) => {
    client.socket.timeout(10_000).emit("relay", 1, (error, ...args) => (error ? reject(error) : resolve(args)));
  });
  return typeof number === "number" ? number : 0;
}

describe("the folder of a server that runs", async () => {
  const folder = await PluginFolder.make();
  const t = suite({ properties: { "plugins.folder": folder.folder } });
  after(() => folder.dispose());
  const logged = (pattern) => until(async () => pattern.test(await t.server.log()), `${pattern} in the log`);

  test("what is dropped in serves within a second, what replaces it too, and what is removed is retired", async () => {
    const client = await t.connect();
    assert.equal(await version(client), 0);
    const times = [];
    for (const [drop, expected] of [
      [() => folder.drop("relay-1", "relay.so"), 1],
      [() => folder.drop("relay-2", "relay.so"), 2],
      [() => folder.overwrite("relay-1", "relay.so"), 1],
      [() => folder.remove("relay.so"), 0],
    ]) {
      await drop();
      const start = Date.now();
      await until(async () => (await version(client)) === expected, `version ${expected}`);
      times.push(Date.now() - start);
    }
    // Not each of them: the machine may have other things to do.
    assert.ok(Math.min(...times.slice(0, 3)) < 1000, `${times} ms`);
    await logged(/plugin relay 1\.0\.0 is taken out of service/);
  });

  test("a replacement that can't be used leaves the one that is there serving", async () => {
    const client = await t.connect();
    await folder.drop("relay-1", "relay.so");
    await until(async () => (await version(client)) === 1, "version 1");
    await folder.write("relay.so", "not a plugin any more");
    await logged(/relay\.so refused: not a shared library .*; plugin relay 1\.0\.0 \(generation \d+\) serves on/);
    assert.equal(await version(client), 1);
  });

  test("settings beside a plugin are its own, and a wrong one is named", async () => {
    await folder.write("relay.properties", "threads = 3\n");
    await folder.drop("relay-2", "relay.so");
    await logged(/relay\.properties has the key threads, which plugin relay doesn't know; it knows plugin\./);
    const client = await t.connect();
    assert.equal(await version(client), 1, "what it held before serves on");
    await folder.write("relay.properties", "plugin.threads = 3\n");
    await until(async () => (await version(client)) === 2, "version 2");
  });
});

test("the operations port rescans, and says what serves, what is ready and what was counted", async () => {
  const folder = await PluginFolder.make();
  const port = await freePort();
  const server = await TestServer.start({ "plugins.folder": folder.folder, "plugins.watch": false, "operations.port": port });
  const client = await Client.connect(server);
  const ask = (page, options) => fetch(`http://127.0.0.1:${port}${page}`, options);
  try {
    await folder.drop("relay-1");
    assert.equal((await ask("/plugins/rescan", { method: "POST" })).status, 202);
    await until(async () => (await version(client)) === 1, "version 1");
    const [plugin] = (await (await ask("/plugins")).json()).plugins;
    assert.deepEqual([plugin.file, plugin.state, plugin.name, plugin.version, plugin.generation, plugin.service], ["relay-1.so", "serving", "relay", "1.0.0", 1, "serving"]);
    assert.equal(await (await ask("/healthz")).text(), "alive\n");
    assert.equal(await (await ask("/readyz")).text(), "ready\n");
    const metrics = await (await ask("/metrics")).text();
    assert.match(metrics, /^chat_events_total\{plugin="relay",event="relay",outcome="handled"\} 1$/m);
    assert.match(metrics, /^chat_event_seconds_count\{plugin="relay",event="relay"\} 1$/m);
    assert.match(metrics, /^chat_host_plugin_up\{plugin="relay",version="1\.0\.0"\} 1$/m);
    assert.match(metrics, /^chat_loop_up\{loop="0"\} 1$/m);
    client.close();
    await until(async () => /^chat_disconnects_total\{reason="client namespace disconnect"\} 1$/m.test(await (await ask("/metrics")).text()), "the disconnect");
    assert.equal((await ask("/plugins/rescan")).status, 405);
  } finally {
    client.close();
    await server.dispose();
    await folder.dispose();
  }
});

test("without a watch a plugin serves after SIGHUP, which also reads the properties again", async () => {
  const folder = await PluginFolder.make();
  const server = await TestServer.start({ "plugins.folder": folder.folder, "plugins.watch": false });
  const client = await Client.connect(server);
  try {
    await folder.drop("relay-1");
    assert.equal(await version(client), 0);
    server.process.kill("SIGHUP");
    await until(async () => (await version(client)) === 1, "version 1");

    const config = path.join(server.folder, "test.properties");
    const before = await fs.readFile(config, "utf8");
    await fs.writeFile(config, `${before}\nplugin.relay.threads = many\n`);
    server.process.kill("SIGHUP");
    await until(async () => /the configuration is not taken: .*plugin\.relay\.threads/.test(await server.log()), "the refusal");
    assert.equal(await version(client), 1);

    await fs.writeFile(config, `${before}\nplugins.disabled = relay\n`);
    server.process.kill("SIGHUP");
    await until(async () => (await version(client)) === 0, "nobody");
  } finally {
    client.close();
    await server.dispose();
    await folder.dispose();
  }
});
