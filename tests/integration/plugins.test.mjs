// Plugins of others: copied into the folder before the start, served like our own.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { Client, newName, passwordOf } from "./support/client.mjs";
import { TestServer, pluginFolder, projectFolder, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const testPlugins = path.join(pluginFolder, "../tests/plugins");
const folder = await fs.mkdtemp(path.join(os.tmpdir(), "chat-plugins-"));
for (const from of [pluginFolder, testPlugins]) {
  for (const file of (await fs.readdir(from)).filter((name) => name.endsWith(".so"))) await fs.copyFile(path.join(from, file), path.join(folder, file));
}
await fs.writeFile(path.join(folder, "broken.so"), "this is no library");

describe("plugins of others", () => {
  const t = suite({ properties: { "plugins.folder": folder, "plugin.stumble.threads": 1, "plugin.stumble.queue": 1 } });
  after(() => fs.rm(folder, { recursive: true, force: true }));

  test("the README's first plugin is the one that is tested here", async () => {
    const readme = await fs.readFile(path.join(projectFolder, "README.md"), "utf8");
    const source = await fs.readFile(path.join(projectFolder, "tests/integration/plugins/hello/Plugin.cpp"), "utf8");
    assert.ok(readme.includes(source));
  });

  test("it answers, and knows the user", async () => {
    const client = await t.connect();
    const anonymous = await client.request("hello");
    assert.deepEqual([anonymous.status, anonymous.document.errors.code], [2, "401"]);
    const name = newName();
    await client.login(name, passwordOf(name));
    assert.deepEqual(await client.request("hello"), { status: 0, document: { data: { type: "hello", text: `Hello ${name}` } } });
  });

  test("an invalid library is refused with a line, and the others serve", async () => {
    assert.match(await t.server.log(), /broken/);
    assert.ok((await t.user()).token);
  });

  test("a fault in a handler is 500 with an id that the log has, and shows nothing of the inside", async () => {
    const client = await t.connect();
    const heard = [];
    client.socket.onAny((...args) => heard.push(args));
    const { status, document } = await client.request("fault");
    assert.equal(status, 1);
    assert.equal(document.errors.code, "500");
    const [, id] = document.errors.detail.match(/fault ([\w-]{10})/);
    assert.ok(!JSON.stringify(document).includes("secret"));
    assert.deepEqual(heard, [["fault", document]], "what the handler had emitted before is not sent");
    const log = await until(async () => (await t.server.log()).split("\n").find((line) => line.includes(id)), "the line with the id");
    assert.match(log, /a secret of the inside/);
  });

  test("a database that is away is 503, without a word of why", async () => {
    const client = await t.connect();
    const { status, document } = await client.request("away");
    assert.equal(status, 1);
    assert.equal(document.errors.code, "503");
    assert.ok(!JSON.stringify(document).includes("secret"));
  });

  test("a plugin whose queue is full answers 503 at once, and holds up no other plugin", async () => {
    const clients = await Promise.all(Array.from({ length: 3 }, () => t.connect()));
    const answers = clients.map((client) => client.request("hold"));
    const first = await Promise.race(answers);
    assert.deepEqual([first.status, first.document.errors.code], [1, "503"]);
    const user = await t.user();
    assert.equal((await user.send(user.username, "not held up")).status, 0);
    await user.request("release");
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    assert.deepEqual(statuses.sort(), [0, 0, 1], "one ran, one waited");
  });

  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    test(`binary goes both ways over ${transports.join(", then ")}`, async () => {
      const client = await t.connect({ transports });
      const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256));
      const sent = [{ deep: [bytes, "text"] }, Buffer.alloc(0), 17, bytes];
      const emitted = new Promise((resolve) => client.socket.once("echo", (...args) => resolve(args)));
      const acknowledged = await new Promise((resolve) => client.socket.emit("echo", ...sent, (...args) => resolve(args)));
      for (const received of [acknowledged, await emitted]) assert.deepEqual(received.map(plain), sent.map(plain));
    });

    test(`900 kB goes both ways over ${transports.join(", then ")}`, async () => {
      const client = await t.connect({ transports });
      const text = "0123456789".repeat(90_000);
      const [received] = await new Promise((resolve) => client.socket.emit("echo", text, (...args) => resolve(args)));
      assert.equal(received, text);
    });
  }
});

test("a handler that doesn't return holds up the end no longer than the time for it", async () => {
  const held = path.join(os.tmpdir(), `chat-plugins-held-${process.pid}`);
  await fs.mkdir(held);
  await fs.copyFile(path.join(testPlugins, "stumble.so"), path.join(held, "stumble.so"));
  const server = await TestServer.start({ "plugins.folder": held, "server.shutdownTimeout": 500, "plugin.stumble.threads": 1, "plugin.stumble.queue": 1 });
  try {
    const client = await Client.connect(server);
    const clients = await Promise.all([client, Client.connect(server), Client.connect(server)]);
    const refused = await Promise.race(clients.map((one) => one.request("hold")));
    assert.equal(refused.document.errors.code, "503", "one holds the only thread, one has the only place behind it");
    for (const one of clients) one.close();
    const { code, milliseconds } = await server.end("SIGTERM");
    assert.equal(code, 0, await server.log());
    assert.ok(milliseconds < 10_000, `${milliseconds} ms`);
  } finally {
    await server.dispose();
    await fs.rm(held, { recursive: true, force: true });
  }
});

/** Makes bytes comparable, whatever class a client returns. */
function plain(value) {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  return value;
}
