// Follows docs/plugin-guide.md exactly: every block after <!-- run --> is run, in order, in a folder that acts as home
// directory, against one running server; the block after <!-- prints --> must equal the last output. A block after <!--
// file NAME --> is saved as that file.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { pluginFolder, projectFolder, TestServer, until } from "../support/server.mjs";

const run = promisify(execFile);
const buildFolder = path.join(pluginFolder, "..");
const Block = /<!-- (run|prints|file) ?([\w.-]*) -->\n```[\w+]+\n([\s\S]*?)```/g;

const guide = await fs.readFile(path.join(projectFolder, "docs/plugin-guide.md"), "utf8");
const steps = [...guide.matchAll(Block)].map(([, kind, name, text]) => ({ kind, name, text }));

describe("the plugin guide", () => {
  let server, home, plugins, folder;
  let printed = "";

  before(async () => {
    home = await fs.mkdtemp(path.join(os.tmpdir(), "chat-guide-"));
    plugins = path.join(home, "plugins");
    await fs.mkdir(plugins);
    await fs.copyFile(path.join(pluginFolder, "login.so"), path.join(plugins, "login.so"));
    server = await TestServer.start({ "plugins.folder": plugins });
    folder = projectFolder;
  });
  after(async () => {
    await server?.dispose();
    await fs.rm(home, { recursive: true, force: true });
  });

  // Each block begins in the folder in which the last one ended.
  async function shell(text) {
    const env = { ...process.env, HOME: home, PLUGINS: plugins, URL: server.url };
    const script = `set -euo pipefail\n${text.replaceAll("build/release", buildFolder)}\npwd >"${home}/.folder"`;
    const { stdout } = await run("bash", ["-c", script], { cwd: folder, env, timeout: 240_000, maxBuffer: 1 << 24 });
    folder = (await fs.readFile(path.join(home, ".folder"), "utf8")).trim();
    return stdout;
  }

  /** Does what `npm install socket.io-client` would. */
  async function installClient() {
    const modules = path.join(folder, "node_modules");
    await fs.mkdir(modules, { recursive: true });
    await fs.rm(path.join(modules, "socket.io-client"), { force: true });
    await fs.symlink(path.join(projectFolder, "tests/integration/node_modules/socket.io-client-4.8"), path.join(modules, "socket.io-client"));
  }

  const pluginLines = async () => (await server.log()).split("\n").filter((line) => / plugins .*(greeter|notes)/.test(line)).length;

  test("every command of it does what it says", { timeout: 500_000 }, async () => {
    assert.ok(steps.length > 8, "the blocks were found");
    for (const { kind, name, text } of steps) {
      if (kind === "file") {
        await fs.writeFile(path.join(folder, name), text);
        if (name.endsWith(".mjs")) await installClient();
      } else if (kind === "prints") {
        assert.equal(printed, text);
      } else {
        const before = await pluginLines();
        printed = await shell(text);
        if (/^(cp|rm) .*\$PLUGINS/m.test(text)) await until(async () => (await pluginLines()) > before, `the server to notice: ${text}`);
      }
    }
  });
});
