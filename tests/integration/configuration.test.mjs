// Faults of the configuration: --check-config and the start report the same, name the setting, and exit with 78.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import net from "node:net";
import { once } from "node:events";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import { Authority } from "./support/certificates.mjs";
import { binary, freePort, pluginFolder, projectFolder, TestServer } from "./support/server.mjs";

const ConfigFault = 78;
const CannotStart = 70;
const Patience = 20_000;

let folder;
const tls = {}; // a certificate with its key, a key of another one, and one with a passphrase
before(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "chat-config-"));
  await fs.writeFile(path.join(folder, "file"), "no folder\n");
  await fs.mkdir(path.join(folder, "empty"));
  await fs.mkdir(path.join(folder, "empty-schema/sqlite"), { recursive: true });
  const authority = await Authority.create(path.join(folder, "authority"));
  Object.assign(tls, await authority.issue("server"), { others: authority.key });
  tls.secret = path.join(folder, "secret.pem");
  await promisify(execFile)("openssl", ["pkey", "-in", tls.key, "-aes256", "-passout", "pass:secret", "-out", tls.secret]);
});
after(() => fs.rm(folder, { recursive: true, force: true }));

/** Runs the program to its end: `{code, output}`; ends it if it serves. */
function run(words, env = {}) {
  return new Promise((resolve) => {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CHAT_")));
    execFile(binary, words, { cwd: folder, env: { ...inherited, ...env }, timeout: Patience, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr });
    });
  });
}

async function write(properties, name = "test.properties", start = "") {
  const all = {
    "server.address": "127.0.0.1",
    "server.port": 0,
    "data.folder": path.join(folder, "data"),
    "htdocs.folder": path.join(projectFolder, "htdocs"),
    "schema.folder": path.join(projectFolder, "schema"),
    "plugins.folder": pluginFolder,
    "socketio.clientFolder": path.join(projectFolder, "node_modules/socket.io-client/dist"),
    ...properties,
  };
  const file = path.join(folder, name);
  await fs.writeFile(file, start + Object.entries(all).map(([key, value]) => `${key} = ${value}\n`).join(""));
  return file;
}

const at = (name) => path.join(folder, name);
const mysql = { "database.engine": "mysql", "database.user": "chat" };

// Each is refused with a line that begins with the setting, or that contains the words of the second element.
const Faults = [
  [() => ({ "server.address": "300.1.1.1" }), "server.address is '300.1.1.1'"],
  [() => ({ "server.address": "1:2:3" }), "server.address"],
  [() => ({ "server.address": "" }), "server.address"],
  [() => ({ "server.port": 65536 }), "server.port"],
  [() => ({ "server.portFile": at("missing/port") }), "server.portFile"],
  [() => ({ "server.portFile": at("empty") }), "server.portFile"],
  [() => ({ "operations.address": "nowhere:0", "operations.port": 18001 }), "operations.address"],
  [() => ({ "server.port": 18000, "operations.port": 18000 }), "operations.port is 18000, but that is server.port as well"],
  [() => ({ "server.address": "0.0.0.0", "server.port": 18000, "operations.port": 18000 }), "operations.port"],
  [() => ({ "logging.level": "loud" }), "logging.level"],
  [() => ({ "logging.output": at("missing/log") }), "logging.output"],
  [() => ({ "logging.output": at("empty") }), "logging.output"],
  [() => ({ "data.folder": at("file/data") }), "data.folder"],
  [() => ({ "database.file": at("file/chat.db") }), "database.file"],
  [() => ({ "database.file": at("empty") }), "database.file"],
  [() => ({ "schema.folder": at("missing") }), "schema.folder"],
  [() => ({ "schema.folder": at("empty-schema") }), "schema.folder"],
  [() => ({ "htdocs.folder": at("missing") }), "htdocs.folder"],
  [() => ({ "htdocs.folder": at("file") }), "htdocs.folder"],
  [() => ({ "htdocs.pages": "/login=missing.html" }), "htdocs.pages has /login=missing.html"],
  [() => ({ "htdocs.pages": "login=login.html" }), "htdocs.pages"],
  [() => ({ "htdocs.maxTotalSize": 10 }), "htdocs.maxTotalSize"],
  [() => ({ "htdocs.home": "/" }), "htdocs.home"],
  [() => ({ "htdocs.home": "login" }), "htdocs.home"],
  [() => ({ "htdocs.cacheControl": "a\\nb" }), "htdocs.cacheControl"],
  [() => ({ "htdocs.contentSecurityPolicy": "a\\nb" }), "htdocs.contentSecurityPolicy"],
  [() => ({ "engine.cors.allowedHeaders": "a\\rb" }), "engine.cors.allowedHeaders"],
  [() => ({ "http.trustedProxies": "10.0.0.0/99" }), "http.trustedProxies"],
  [() => ({ "http.trustedProxies": "proxy.example" }), "http.trustedProxies"],
  [() => ({ "engine.transports": "" }), "engine.transports"],
  [() => ({ "engine.cors.origin": "/[/" }), "engine.cors.origin"],
  [() => ({ "engine.cors.origin": "*", "engine.cors.credentials": true }), "engine.cors.credentials"],
  [() => ({ "engine.cookie.name": "a;b" }), "engine.cookie.name"],
  [() => ({ "engine.cookie.name": "io", "engine.cookie.path": "/;a" }), "engine.cookie.path"],
  [() => ({ "engine.cookie.name": "io", "engine.cookie.sameSite": "none" }), "engine.cookie.secure"],
  [() => ({ "socketio.path": "/" }), "socketio.path"],
  [() => ({ "socketio.path": "/io?x" }), "socketio.path"],
  [() => ({ "socketio.path": "/ws", "socketio.addTrailingSlash": false }), "socketio.path"],
  [() => ({ "socketio.namespacePatterns": "/[" }), "socketio.namespacePatterns"],
  [() => ({ "socketio.clientFolder": at("empty") }), "socketio.clientFolder"],
  [() => ({ ...mysql, "database.user": "" }), "database.user"],
  [() => ({ ...mysql, "database.name": "a`b" }), "database.name"],
  [() => ({ ...mysql, "database.host": "a;b" }), "database.host"],
  [() => ({ ...mysql, "database.password": "a;b" }), "database.password"],
  [() => ({ ...mysql, "database.tls": "on" }), "database.tls is 'on', but must be one of off, required, verify"],
  [() => ({ ...mysql, "database.tls": "verify" }), "database.tlsCa is missing"],
  [() => ({ ...mysql, "database.tls": "verify", "database.tlsCa": at("missing.pem") }), "database.tlsCa is '"],
  [() => ({ ...mysql, "database.tls": "verify", "database.tlsCa": at("file") }), "database.tlsCa is '"],
  [() => ({ ...mysql, "database.tls": "required", "database.tlsCa": tls.certificate }), "database.tlsCa is set, but"],
  [() => ({ ...mysql, "database.tlsCertificate": tls.certificate }), "database.tlsCertificate is set, but database.tls is off"],
  [() => ({ ...mysql, "database.tls": "required", "database.tlsKey": tls.key }), "database.tlsCertificate is missing"],
  [() => ({ ...mysql, "database.tls": "required", "database.tlsCertificate": tls.certificate }), "database.tlsCertificate is '"],
  [() => ({ ...mysql, "database.tls": "required", "database.tlsCertificate": tls.certificate, "database.tlsKey": tls.others }), "database.tlsKey is '"],
  [() => ({ ...mysql, "database.tls": "required", "database.tlsCertificate": tls.certificate, "database.tlsKey": tls.secret }), "database.tlsKey is '"],
  [() => ({ ...mysql, "data.folder": at("file/data") }), "data.folder"],
  [() => ({ "plugins.folder": at("missing") }), "plugins.folder"],
  [() => ({ "plugins.runFolder": at("file/run") }), "plugins.runFolder"],
  [() => ({ "plugins.enabled": "login, nosuch" }), "plugins.enabled names nosuch"],
  [() => ({ "plugins.disabled": "nosuch" }), "plugins.disabled names nosuch"],
  [() => ({ "plugins.digests": at("missing") }), "plugins.digests"],
  [() => ({ "login.tokenHours": "many" }), "login.tokenHours"],
  [() => ({ "plugin.login.threads": 0 }), "plugin.login.threads"],
  [() => ({ "server.prot": 1 }), "server.prot is not a key; did you mean server.port?"],
];

/** The first folder on a file system that is mounted noexec and may be written. */
async function noexecFolder() {
  const mounts = (await fs.readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" "));
  for (const [, where, , options] of mounts) {
    if (!options?.split(",").includes("noexec")) continue;
    const made = await fs.mkdtemp(path.join(where, "chat-noexec-")).catch(() => null);
    if (made) return made;
  }
  return null;
}

async function refused(config, words, env) {
  const check = await run([`--config=${config}`, "--check-config"], env);
  const start = await run([`--config=${config}`], env);
  assert.equal(check.code, ConfigFault, `--check-config ended with ${check.code}: ${check.stdout}${check.stderr}`);
  assert.ok(check.stderr.includes(words), check.stderr);
  assert.equal(start.code, ConfigFault, `the start ended with ${start.code}: ${start.stdout}${start.stderr}`);
  assert.equal(start.stderr, check.stderr);
}

describe("a configuration that can't be used", () => {
  test("is refused by --check-config and by the start with the same words", async (t) => {
    for (const [properties, words] of Faults) {
      await t.test(JSON.stringify(properties()), async () => refused(await write(properties()), words));
    }
  });

  test("all of its faults are reported at once", async () => {
    const config = await write({ "htdocs.folder": at("missing"), "schema.folder": at("missing"), "plugins.disabled": "nosuch", "engine.cors.origin": "/[/" });
    const { stderr } = await run([`--config=${config}`, "--check-config"]);
    for (const key of ["htdocs.folder", "schema.folder", "plugins.disabled", "engine.cors.origin"]) assert.match(stderr, new RegExp(`^${key}`, "m"));
  });

  test("folders from which nothing may be run are no place for plugins", async (t) => {
    const place = await noexecFolder();
    if (!place) return t.skip("no file system here is mounted noexec");
    try {
      await refused(await write({ "plugins.runFolder": path.join(place, "run") }), "plugins.runFolder");
    } finally {
      await fs.rm(place, { recursive: true, force: true });
    }
  });

  test("folders and ports that its user may not use", async (t) => {
    if (process.getuid() === 0) return t.skip("root may do everything");
    for (const [properties, key] of [
      [{ "data.folder": "/usr/chat" }, "data.folder"],
      [{ "logging.output": "/usr/chat.log" }, "logging.output"],
      [{ "server.port": 80 }, "server.port"],
    ]) {
      await refused(await write(properties), key);
    }
  });

  test("files that aren't files", async () => {
    await refused(at("empty"), "empty can't be read: Is a directory");
    await refused(at("missing.properties"), "can't be read: No such file or directory");
    const env = { CHAT_DATABASE_PASSWORD_FILE: at("empty") };
    await refused(await write({}), "CHAT_DATABASE_PASSWORD_FILE names, can't be read: Is a directory", env);
  });

  test("a file for the process id that can't be written is an option that is wrong", async () => {
    const config = await write({});
    assert.equal((await run([`--config=${config}`, `--pidfile=${at("missing/pid")}`])).code, ConfigFault);
  });
});

describe("a configuration that can be used", () => {
  test("is valid, and nothing is made by the check", async () => {
    const config = await write({ "data.folder": at("not-yet/data") });
    const check = await run([`--config=${config}`, "--check-config"]);
    assert.deepEqual([check.code, check.stderr, check.stdout], [0, "", `${config} is valid\n`]);
    await assert.rejects(fs.stat(at("not-yet")));
  });

  test("a byte order mark and line ends of Windows are no part of a key", async () => {
    const config = await write({}, "bom.properties", "\ufeffserver.threads = 1\r\nserver.ioUring = false\r\n");
    assert.equal((await run([`--config=${config}`, "--check-config"])).stderr, "");
    const bad = await write({}, "bom-bad.properties", "\ufeffserver.threads = x\r\n");
    assert.match((await run([`--config=${bad}`, "--check-config"])).stderr, /^server\.threads is 'x'/);
  });

  test("is valid while its server runs", async () => {
    const server = await TestServer.start({ "operations.port": await freePort() });
    try {
      const check = await run([`--config=${path.join(server.folder, "test.properties")}`, "--check-config"]);
      assert.deepEqual([check.code, check.stderr], [0, ""]);
    } finally {
      await server.dispose();
    }
  });

  test("faults of the machine have another exit code, after which a service manager tries again", async () => {
    const taken = net.createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    try {
      const config = await write({ "server.port": taken.address().port });
      assert.equal((await run([`--config=${config}`, "--check-config"])).code, 0);
      const start = await run([`--config=${config}`]);
      assert.equal(start.code, CannotStart, start.stderr);
      assert.match(start.stdout, /the server can't start: .*Address already in use/);
    } finally {
      taken.close();
    }
    // TEST-NET-1 (RFC 5737): a good address that no machine has.
    const elsewhere = await write({ "server.address": "192.0.2.1" });
    assert.equal((await run([`--config=${elsewhere}`])).code, CannotStart);
  });
});
