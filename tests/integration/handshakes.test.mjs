// Plugins that decide which handshakes become sessions (allowRequest), and add fields to their answers.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { io } from "socket.io-client";

import { PluginFolder } from "./support/folder.mjs";
import { ask, exchange, metric as metricOf, pollingSession, upgradeBy, webSocket } from "./support/requests.mjs";
import { freePort, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const Path = "/socket.io/?EIO=4&transport=polling";
const WebSocketPath = "/socket.io/?EIO=4&transport=websocket";

const folder = await PluginFolder.make();
const latch = folder.path("latch");
const operations = await freePort();
await folder.drop("doorman-1", "doorman.so");
after(() => folder.dispose());

const properties = {
  "plugins.folder": folder.folder,
  "operations.port": operations,
  "server.threads": 2,
  "engine.handshakeTimeout": 60_000,
  "http.trustedProxies": "127.0.0.1",
  "doorman.latch": latch,
  "plugin.doorman.threads": 1,
  "plugin.doorman.queue": 1,
};

const release = () => fs.writeFile(latch, "");
const close = () => fs.rm(latch, { force: true });
const calls = (client) => new Promise((resolve) => client.socket.emit("doorman:calls", resolve));

function helpersOf(t) {
  const get = (what, headers) => ask(t.server, `${Path}${what}`, { headers });
  const metric = (name) => metricOf(operations, name);
  const refused = (code, name) => metric(`chat_handshakes_refused_total{code="${code}",name="${name}"}`);
  /** Waits until this many handshakes are held. */
  const held = (count) =>
    until(async () => (await metric('chat_host_plugin_calls{plugin="doorman"}')) === count, `${count} handshakes to be held`);
  return { get, held, metric, refused };
}

describe("handshake handlers", () => {
  const t = suite({ properties });

  const { get, held, metric, refused } = helpersOf(t);

  test("a refusal is 403 with code 4 and the handler's text, and counted", async () => {
    const before = await refused(4, "FORBIDDEN");
    const { status, headers, body } = await get("&door=refuse");
    assert.equal(status, 403);
    assert.match(headers["content-type"], /^application\/json/);
    assert.deepEqual(JSON.parse(body), { code: 4, message: 'You are "not" on the list.' });
    assert.equal(headers["x-doorman"], undefined, "a refusal gets no fields");
    const later = await get("&door=later");
    assert.equal(later.status, 403);
    assert.equal(later.headers["retry-after"], "7");
    assert.equal(await refused(4, "FORBIDDEN"), before + 2);
    assert.ok((await metric('chat_events_total{plugin="doorman",event="(handshake)",outcome="refused"}')) >= 2);
  });

  test("a WebSocket isn't upgraded, as by the reference server: 400 and the text", async () => {
    const answer = await exchange(
      t.server,
      `GET ${WebSocketPath}&door=refuse HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.ok(answer.endsWith('\r\n\r\nYou are "not" on the list.'), answer);
  });

  for (const transports of [["polling"], ["websocket"]]) {
    test(`the official client hears of it over ${transports}, and of its end`, async () => {
      const socket = io(t.server.url, { transports, query: { door: "refuse" }, reconnection: false, forceNew: true });
      t.keep(socket);
      const error = await new Promise((resolve) => socket.once("connect_error", resolve));
      if (transports[0] === "polling") assert.equal(error.context.status, 403);
      socket.io.opts.query = {};
      socket.connect();
      await new Promise((resolve) => socket.once("connect", resolve));
    });
  }

  test("handlers run in their order; the fields that they set are in the answer, several cookies too", async () => {
    const { status, headers } = await get("&door=welcome", { "X-Probe": "here", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https" });
    assert.equal(status, 200);
    assert.deepEqual(headers["set-cookie"], ["one=1", "two=2"]);
    assert.equal(headers["x-order"], "second");
    assert.equal(headers["x-seen"], "GET /socket.io/ 192.0.2.7 polling here secure 4");
    assert.equal(headers["x-url"], `${Path}&door=welcome`);
    assert.equal(headers["x-session"], "always");
  });

  test("fields of the session are in every answer, those of the handshake only in the first; the handlers aren't called again", async () => {
    const polling = await pollingSession(t.server, "/socket.io/", "door=welcome&EIO=4");
    const other = await t.connect();
    const before = await calls(other);
    await polling.post("40");
    for (const answer of [await polling.post("3"), await polling.poll()]) {
      assert.equal(answer.status, 200);
      assert.equal(answer.headers["x-session"], "always");
      assert.equal(answer.headers["x-doorman"], undefined);
      assert.equal(answer.headers["set-cookie"], undefined);
    }
    const upgraded = await upgradeBy(t.server, polling.upgradePath);
    assert.match(upgraded, /^HTTP\/1\.1 101 /);
    assert.match(upgraded, /\r\nX-Session: always\r\n/);
    assert.doesNotMatch(upgraded, /X-Doorman/);
    assert.equal(await calls(other), before);
  });

  test("a WebSocket's 101 has them, and what is sent at once is taken", async () => {
    const answer = await upgradeBy(t.server, `${WebSocketPath}&door=welcome`);
    assert.match(answer, /^HTTP\/1\.1 101 /);
    assert.match(answer, /\r\nX-Doorman: 1\r\n/);
    assert.match(answer, /\r\nX-Session: always\r\n/);
    const socket = await webSocket(t, WebSocketPath);
    assert.match(await socket.next(), /^0\{/);
    socket.send("40");
    assert.match(await socket.next(), /^40\{/);
  });

  test("a handler learns the url of a socket's handshake", async () => {
    const { socket } = await t.connect({ transports: ["websocket"], query: { door: "none" } });
    const url = await new Promise((resolve) => socket.emit("doorman:calls", (calls, asked) => resolve(asked)));
    assert.match(url, /^\/socket\.io\/\?.*transport=websocket/);
    assert.match(url, /door=none/);
  });

  test("fields that break an answer, or that only the server may set, are a fault of the handler: 503, and they aren't sent", async () => {
    const before = await refused(4, "UNAVAILABLE");
    for (const what of ["fault", "away", "split", "framing", "flood"]) {
      const { status, headers, body } = await get(`&door=${what}`);
      assert.equal(status, 503, what);
      assert.equal(JSON.parse(body).code, 4);
      assert.doesNotMatch(body.toString(), /secret|x-(split|two|flood)/i);
      assert.equal(headers["x-two"], undefined);
    }
    assert.equal(await refused(4, "UNAVAILABLE"), before + 5);
    assert.match(await t.server.log(), /fault \S+ in "handshake": .*a secret of the inside/);
  });

  test("a full queue refuses at once, and others aren't held up", async () => {
    await close();
    const polling = await pollingSession(t.server);
    const running = get("&door=hold");
    await held(1);
    const waiting = get("&door=hold");
    await until(async () => (await metric('chat_host_plugin_queue{plugin="doorman"}')) === 1, "the second");
    const { status, body } = await get("");
    assert.equal(status, 503);
    assert.match(JSON.parse(body).message, /too busy/);
    assert.equal((await polling.post("40")).status, 200, "a session that is there isn't asked about");
    await release();
    assert.deepEqual([(await running).status, (await waiting).status], [200, 200]);
  });

  test("a client that disconnects meanwhile is dropped", async () => {
    await close();
    for (const upgrade of [false, true]) {
      const request = http.get({
        host: "127.0.0.1",
        port: t.server.port,
        path: `${upgrade ? WebSocketPath : Path}&door=hold`,
        agent: false,
        headers: upgrade ? { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" } : {},
      });
      request.on("error", () => {});
      await held(1);
      request.destroy();
      await release();
      await held(0);
      await close();
    }
    assert.equal((await get("")).status, 200);
  });

  test("a plugin is replaced, and removed, while handshakes wait in it", async () => {
    await close();
    const first = get("&door=hold");
    await held(1);
    await folder.drop("doorman-2", "doorman.so");
    await until(async () => (await metric("chat_host_replacements_total")) === 1, "the second version");
    assert.equal((await get("")).headers["x-doorman"], "2");
    await release();
    const answer = await first;
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["x-doorman"], "1");

    await close();
    const second = get("&door=hold");
    await held(1);
    await folder.remove("doorman.so");
    await until(async () => /plugin doorman 2\S* is taken out of service/.test(await t.server.log()), "the plugin's removal");
    assert.equal((await get("")).headers["x-doorman"], undefined);
    await release();
    assert.equal((await second).headers["x-doorman"], "2");
  });

  test("the server ends while a handshake waits: it is refused, and the end isn't held up", async () => {
    await close();
    await folder.drop("doorman-1", "doorman.so");
    await until(async () => (await get("")).headers["x-doorman"] === "1", "the plugin");
    const waiting = get("&door=hold");
    await held(1);
    const ended = t.server.end();
    const { status, body } = await waiting;
    assert.equal(status, 503);
    assert.match(JSON.parse(body).message, /shutting down/);
    await release();
    assert.equal((await ended).code, 0);
  });
});

describe("handshake handlers that take too long", () => {
  before(() => folder.drop("doorman-1", "doorman.so"));
  const t = suite({ properties: { ...properties, "engine.handshakeTimeout": 300 } });
  const { get, metric, refused } = helpersOf(t);

  test("a handler that takes too long is refused and counted; its thread has a substitute", async () => {
    await close();
    const before = await refused(4, "TIMEOUT");
    const { status, body } = await get("&door=hold");
    assert.equal(status, 503);
    assert.match(JSON.parse(body).message, /took too long/);
    assert.equal(await refused(4, "TIMEOUT"), before + 1);
    assert.equal(await metric('chat_host_plugin_stuck{plugin="doorman"}'), 1);
    assert.equal((await get("")).status, 200);
    await release();
    await until(async () => (await metric('chat_host_plugin_stuck{plugin="doorman"}')) === 0, "the thread to be back");
    assert.equal((await get("")).status, 200);
  });
});
