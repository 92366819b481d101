// Events that clients can cause at will neither fill the log nor forge lines or fields in it.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { after, describe, test } from "node:test";
import { PluginFolder } from "./support/folder.mjs";
import { ask } from "./support/requests.mjs";
import { pluginFolder, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

describe("the log", async () => {
  const folder = await PluginFolder.make();
  await folder.drop("stumble");
  await fs.copyFile(path.join(pluginFolder, "login.so"), folder.path("login.so"));
  const t = suite({ properties: { "plugins.folder": folder.folder, "plugin.stumble.queue": 1000 } });
  after(() => folder.dispose());
  const linesWith = async (text) => (await t.server.log()).split("\n").filter((line) => line.includes(text));

  /** Asks `count` times, a hundred at once; returns the seconds that it took, rounded up. */
  async function flood(count, call) {
    const start = Date.now();
    for (let done = 0; done < count; done += 100) await Promise.all(Array.from({ length: 100 }, call));
    return Math.ceil((Date.now() - start) / 1000) + 1;
  }

  test("refused logins are a line a second, with the number of those left out", async () => {
    const client = await t.connect();
    const { username } = await t.user();
    const tryIt = () => client.request("login", { data: { type: "login", user_auth: { username, password: "wrong word" } } });
    const seconds = await flood(500, tryIt);
    const lines = await linesWith("login refused");
    assert.ok(lines.length > 0 && lines.length <= 2 * seconds, `${lines.length} lines in ${seconds} s`); // two causes
    await until(async () => {
      await tryIt();
      return (await linesWith("login refused")).some((line) => / suppressed=\d+$/.test(line));
    }, "the number of those left out");
  });

  test("so are the refusals while the database is away", async () => {
    const client = await t.connect();
    const seconds = await flood(500, () => client.request("away"));
    const lines = await linesWith("refused with 503");
    assert.ok(lines.length > 0 && lines.length <= seconds, `${lines.length} lines in ${seconds} s`);
  });

  test("quotes in Origin and Host end no field, and such an origin is no line to copy", async () => {
    const headers = {
      Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": 13, "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
      Origin: 'https://a.example" host="forged" effect="none\\',
    };
    assert.equal((await ask(t.server, "/socket.io/?EIO=4&transport=websocket", { headers })).status, 403);
    await until(async () => (await linesWith("origin not allowed")).length > 0, "the line");
    const [line] = await linesWith("origin not allowed");
    assert.match(line, /origin="https:\/\/a\.example\\" host=\\"forged\\" effect=\\"none\\\\" host="127\.0\.0\.\d+:\d+" effect="WebSocket refused"/);
    assert.doesNotMatch(line, /engine\.cors\.origin = /);
  });
});
