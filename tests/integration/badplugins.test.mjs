// A folder of plugins that can't be served, or that fail while they serve: each is refused or contained with its
// message, and good plugins aren't affected.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import path from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { Client } from "./support/client.mjs";
import { PluginFolder, testPlugins } from "./support/folder.mjs";
import { binary, freePort, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const run = promisify(execFile);
const built = path.join(testPlugins, "../core/plugin/plugins");
const folder = await PluginFolder.make();
const operations = await freePort();

/** A file, how it is made, and what the log says about it. */
const Refused = [
  ["not-elf", () => folder.write("not-elf.so", "this is no library"), /not a shared library \(no ELF header\)/],
  ["truncated", async () => folder.write("truncated.so", (await fs.readFile(path.join(built, "twin-a.so"))).subarray(0, 9000)), /the file is truncated: .* would end at byte \d+, but the file has 9000/],
  ["other-abi", () => patched("other-abi", "\nstdlib libstdc++ cxx11", "\nstdlib libstdc++ other"), /built with C\+\+ library libstdc\+\+ other, this server with libstdc\+\+ cxx11/],
  ["other-sdk", () => patched("other-sdk", "\napi 1.", "\napi 9."), /built for plugin API 9\.\d+; this server has 1\.\d+/],
  ["missing-symbol", () => copied("missing-symbol"), /nobodyDefinesThis\(int\)/],
  ["throwing-constructor", () => copied("throwing-constructor"), /the constructor of Unborn failed/],
  ["throwing-start", () => copied("throwing-start"), /its start failed: Not found: key file/],
  ["crashing", () => copied("crashing"), /its trial ended with the signal 11 \(Segmentation fault\)/],
  ["taken", () => copied("taken"), /claims the event 'who', which plugin good \(good\.so\) handles already/],
  ["world-writable", async () => {
    await copied("twin-a", ".writable");
    await fs.chmod(folder.path(".writable.so"), 0o666);
    await fs.rename(folder.path(".writable.so"), folder.path("world-writable.so"));
  }, /can be written by everybody/],
  // If the file belongs to another user, its group may be that user's private group.
  ...(process.getuid() === 0 ? [["group-writable", async () => {
    await copied("twin-a", ".shared");
    await fs.chmod(folder.path(".shared.so"), 0o664);
    await fs.rename(folder.path(".shared.so"), folder.path("group-writable.so"));
  }, /can be written by the group root/]] : []),
  ["open", () => copied("open"), /it exports \d+ symbols beside its entry points/],
  ["other-base", () => copied("other-base"), /Manifest class mismatch/],
];

const copied = (plugin, as = plugin) => fs.copyFile(path.join(built, `${plugin}.so`), folder.path(`${as}.so`));
async function patched(as, from, to) {
  const text = (await fs.readFile(path.join(built, "twin-b.so"))).toString("latin1");
  assert.ok(text.includes(from) && from.length === to.length);
  await fs.writeFile(folder.path(`${as}.so`), Buffer.from(text.replace(from, to), "latin1"));
}

await copied("good");
await folder.drop("stumble");

describe("plugins that go wrong", () => {
  const t = suite({
    properties: {
      "plugins.folder": folder.folder,
      "operations.port": operations,
      "plugin.stumble.threads": 2,
      "plugin.stumble.timeoutMs": 2000,
      "plugin.stumble.faults": 5,
      "plugin.stumble.pauseSeconds": 1,
    },
  });
  after(() => folder.dispose());
  const logged = (pattern) => until(async () => pattern.test(await t.server.log()), `${pattern} in the log`);
  const goodAnswers = async (client) => assert.deepEqual(await client.request("who"), { status: 0, document: "good" });
  const page = async (name) => (await fetch(`http://127.0.0.1:${operations}${name}`)).text();
  const pluginOf = async (file) => JSON.parse(await page("/plugins")).plugins.find((plugin) => plugin.file === `${file}.so`);

  for (const [file, make, message] of Refused) {
    test(`${file}: refused with its message, the good one serves on`, async () => {
      const client = await t.connect();
      await make();
      await logged(new RegExp(`${file}\\.so refused: .*${message.source}`));
      await goodAnswers(client);
      await until(async () => (await pluginOf(file)).state === "refused", `${file} to be shown as refused`);
      const { refusal } = await pluginOf(file);
      assert.match(refusal, message);
    });
  }

  test("--list-plugins says which would be refused, --check-plugin why, and a crash only ends the checking process", async () => {
    const config = path.join(t.server.folder, "test.properties");
    const list = await run(binary, [`--config=${config}`, "--list-plugins"]).catch((error) => error);
    assert.equal(list.code, 65);
    assert.match(list.stdout, /good\.so: good 1\.2\.3, events who/);
    assert.match(list.stdout, /not-elf\.so: refused: not a shared library/);
    const good = await run(binary, [`--check-plugin=${folder.path("good.so")}`]);
    assert.match(good.stdout, /plugin good 1\.2\.3, events: who/);
    const missing = await run(binary, [`--check-plugin=${folder.path("missing-symbol.so")}`]).catch((error) => error);
    assert.equal(missing.code, 65);
    assert.match(missing.stderr, /nobodyDefinesThis/);
    const crash = await run(binary, [`--check-plugin=${folder.path("crashing.so")}`]).catch((error) => error);
    assert.equal(crash.signal, "SIGSEGV");
  });

  test("a handler that doesn't return is answered 504, and its thread has a substitute", async () => {
    const clients = await Promise.all(Array.from({ length: 3 }, () => t.connect()));
    const answers = await Promise.all(clients.map((client) => client.request("hold")));
    for (const { status, document } of answers) assert.deepEqual([status, document.errors.code], [1, "504"]);
    await goodAnswers(clients[0]);
    assert.equal((await pluginOf("stumble")).stuck, 2, "of three that wait no more than it has threads are replaced");
    await clients[0].request("release");
    await until(async () => (await pluginOf("stumble")).stuck === 0, "the calls to return");
    assert.match(await page("/metrics"), /chat_events_total\{plugin="stumble",event="hold",outcome="timeout"\} 3/);
  });

  test("a client that asks for a namespace on which a plugin doesn't decide is answered 504", async () => {
    const refused = new Client(t.server, { nsp: "/ponder" });
    const error = await new Promise((resolve) => refused.socket.once("connect_error", resolve));
    refused.close();
    assert.equal(error.data.errors.code, "504");
    await goodAnswers(await t.connect());
    assert.match(await page("/metrics"), /chat_events_total\{plugin="stumble",event="\(namespace\)",outcome="timeout"\} 1/);
  });

  test("an inline handler that holds its loop is moved to the workers", async () => {
    const client = await t.connect();
    await client.request("dawdle");
    await logged(/an inline handler of generation \d+ holds loop-\d+ for more than 50 ms/);
    // Its next event blocks neither its loop nor the loop's other clients.
    const others = await Promise.all(Array.from({ length: 4 }, () => t.connect()));
    const slow = client.request("dawdle", "until woken");
    await Promise.all(others.map(goodAnswers));
    await others[0].request("wake");
    await slow;
    assert.match(await page("/metrics"), /chat_inline_handlers_moved_total 1/);
  });

  test("a plugin that fails again and again is out of service for a while, then tried, and comes back", async () => {
    const client = await t.connect();
    const codes = [];
    while (codes.at(-1) !== "503") codes.push((await client.request("sulk")).document.errors.code);
    assert.ok(codes.length <= 6, codes.join());
    assert.equal((await pluginOf("stumble")).service, "out of service");
    await goodAnswers(client);
    await until(async () => (await client.request("sulk", "work")).status === 0, "the trial");
    assert.equal((await pluginOf("stumble")).service, "serving");
    await logged(/plugin stumble is back in service/);
  });
});
