// The plugin folder of a running server: adding, replacing and removing plugins, and rescanning by hand.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { Client } from "./support/client.mjs";
import { PluginFolder, testPlugins } from "./support/folder.mjs";
import { TestServer, binary, freePort, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

/** The version that answers; 0 if none does. */
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

  test("an added plugin serves within a second, a replacement too, and a removed one is retired", async () => {
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
    // Not for each of them, since the machine may be busy.
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

describe("a plugin folder that is exchanged", async () => {
  const root = await PluginFolder.make();
  const release = async (name, plugin) => {
    await fs.mkdir(root.path(name));
    await fs.copyFile(path.join(testPlugins, `${plugin}.so`), root.path(`${name}/relay.so`));
    await fs.chmod(root.path(`${name}/relay.so`), 0o755);
  };
  const lead = async (to) => {
    await fs.symlink(to, root.path("next"));
    await fs.rename(root.path("next"), root.path("plugins"));
  };
  await release("one", "relay-1");
  await release("two", "relay-2");
  await lead("one");
  const t = suite({ properties: { "plugins.folder": root.path("plugins") } });
  after(() => root.dispose());

  test("a link led to another release, there and back, and a folder renamed into its place", async () => {
    const client = await t.connect();
    const becomes = (expected) => until(async () => (await version(client)) === expected, `version ${expected}`);
    await becomes(1);
    await lead("two");
    await becomes(2);
    await lead("one");
    await becomes(1);
    await fs.rm(root.path("plugins"));
    await fs.rename(root.path("two"), root.path("plugins"));
    await becomes(2);
    await fs.rename(root.path("plugins"), root.path("before"));
    await release("plugins", "relay-1");
    await becomes(1);
    assert.doesNotMatch(await t.server.log(), /as a newer file has a plugin of that name/);
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

for (const watches of [true, false]) {
  test(`changed settings are taken without a reload, ${watches ? "as their file changes" : "at a rescan"}`, async () => {
    const folder = await PluginFolder.make();
    const port = await freePort();
    const server = await TestServer.start({ "plugins.folder": folder.folder, "plugins.watch": watches, "operations.port": port });
    const client = await Client.connect(server);
    const greet = () => new Promise((resolve, reject) => client.socket.timeout(10_000).emit("greet", (error, ...args) => (error ? reject(error) : resolve(args))));
    const generation = async () => (await (await fetch(`http://127.0.0.1:${port}/plugins`)).json()).plugins[0]?.generation;
    const set = async (text) => {
      await folder.write("tuned.properties", text);
      if (!watches) server.process.kill("SIGHUP");
    };
    const become = (greeting, size) => until(async () => `${await greet()}` === `${[greeting, size]}`, `${greeting} and ${size}`);
    try {
      await folder.write("tuned.properties", "greeting = Hello\n");
      await folder.drop("tuned");
      if (!watches) server.process.kill("SIGHUP");
      await become("Hello", 1);
      // It serves a moment before /plugins shows it.
      await until(async () => (await generation()) !== undefined, "the generation");
      const first = await generation();
      await set("greeting = Hi\n");
      await become("Hi", 1);
      assert.equal(await generation(), first, "it is the one that ran before");
      await set("greeting = Ho\nsize = 2\n");
      await become("Ho", 2);
      await until(async () => (await generation()) === first + 1, "the generation that it asked for");
      await set("greeting = Ho\nsize = 10\n");
      await until(async () => /tuned\.so refused: .*tuned\.size.*1 to 9/.test(await server.log()), "the refusal");
      assert.deepEqual(await greet(), ["Ho", 2]);
    } finally {
      client.close();
      await server.dispose();
      await folder.dispose();
    }
  });
}

test("the command line rescans: --rescan at the operations port, or by a pid file", async () => {
  const folder = await PluginFolder.make();
  const port = await freePort();
  const server = await TestServer.start({ "plugins.folder": folder.folder, "plugins.watch": false, "operations.port": port });
  const client = await Client.connect(server);
  const config = path.join(server.folder, "test.properties");
  const rescan = (...options) =>
    promisify(execFile)(binary, [...options, `--config=${config}`], { cwd: server.folder, env: { PATH: process.env.PATH } }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: "" }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  try {
    await folder.drop("relay-1");
    assert.deepEqual(await rescan("--rescan"), { code: 0, stdout: "relay-1.so: serving, relay 1.0.0\n", stderr: "" });
    assert.equal(await version(client), 1, "it serves when the command has ended");

    await folder.write("broken.so", "no plugin");
    const broken = await rescan("--rescan");
    assert.equal(broken.code, 1);
    assert.match(broken.stdout, /^broken\.so: refused: not a shared library .*\nrelay-1\.so: serving, relay 1\.0\.0\n$/);
    await folder.remove("broken.so");

    const properties = await fs.readFile(config, "utf8");
    await fs.writeFile(config, `${properties}\nno.such.key = 1\n`);
    const refused = await rescan("--rescan");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /settings were not taken/);
    await fs.writeFile(config, properties);

    const pidFile = path.join(server.folder, "pid");
    await fs.writeFile(pidFile, `${server.pid}\n`);
    await folder.drop("relay-2");
    const told = await rescan(`--rescan=${pidFile}`);
    assert.deepEqual([told.code, told.stdout], [0, `process ${server.pid} was sent SIGHUP; the result is in its log\n`]);
    await until(async () => (await version(client)) === 2, "version 2");

    await server.end();
    const gone = await rescan("--rescan");
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, new RegExp(`the server at 127\\.0\\.0\\.1:${port} can't be asked: Connection refused`));
    assert.equal((await rescan(`--rescan=${pidFile}`)).code, 1, "nobody has that number any more");
    await fs.writeFile(config, `${properties}\noperations.port = 0\n`);
    assert.match((await rescan("--rescan")).stderr, /operations\.port is 0, .*--rescan=FILE/);
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
    await until(async () => /the new configuration is not used: .*plugin\.relay\.threads/.test(await server.log()), "the refusal");
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

test("a server whose working folder was removed survives reading its properties", async () => {
  const gone = await fs.mkdtemp(path.join(os.tmpdir(), "chat-gone-"));
  // Relative paths don't work from that folder.
  const server = await TestServer.start({}, ["sh", "-c", `cd ${gone} && exec "$@"`, "sh"]);
  const client = await Client.connect(server);
  try {
    const config = path.join(server.folder, "test.properties");
    await fs.appendFile(config, "server.portFile = port\n");
    await fs.rm(gone, { recursive: true });
    server.process.kill("SIGHUP");
    await until(async () => /the new configuration is not used: /.test(await server.log()), "the refusal");
    assert.equal(await version(client), 0);
  } finally {
    client.close();
    await server.dispose();
  }
});
