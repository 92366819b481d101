// The effect of Engine.IO's settings.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { ask, exchange, pollingSession, upgradeBy, webSocket } from "./support/requests.mjs";
import { suite } from "./support/suite.mjs";

const Errors = ["Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden", "Unsupported protocol version"];

describe("Engine.IO's settings", () => {
  describe("without upgrades, version 3 and WebSocket", () => {
    const t = suite({ properties: { "engine.transports": "polling", "engine.allowEIO3": false } });
    test("they are refused, and not offered", async () => {
      assert.deepEqual((await pollingSession(t.server)).upgrades, []);
      assert.match(await upgradeBy(t.server, "/socket.io/?EIO=4&transport=websocket"), /^HTTP\/1\.1 400 .*Transport unknown$/s);
      for (const query of ["?transport=polling", "?EIO=3&transport=polling"]) {
        const { status, body } = await ask(t.server, `/socket.io/${query}`);
        assert.equal(status, 400);
        assert.deepEqual(JSON.parse(body), { code: 5, message: Errors[5] });
      }
      assert.equal((await ask(t.server, "/socket.io?EIO=4&transport=polling")).status, 404, "the slash is needed");
    });
  });

  describe("with a cookie, a first packet, no compression, no slash", () => {
    const t = suite({
      properties: {
        "engine.allowUpgrades": false,
        "engine.cookie.name": "io",
        "engine.cookie.domain": "example.org",
        "engine.cookie.secure": true,
        "engine.cookie.maxAge": 60,
        "engine.cookie.sameSite": "strict",
        "engine.initialPacket": "hello",
        "engine.httpCompression.threshold": 10,
        "socketio.addTrailingSlash": false,
      },
    });
    test("each is seen in the handshake", async () => {
      const { status, headers, body } = await ask(t.server, "/socket.io?EIO=4&transport=polling", { headers: { "accept-encoding": "gzip" } });
      assert.equal(status, 200);
      assert.equal(headers["content-encoding"], "gzip");
      const [open, first] = gunzipSync(body).toString().split("\x1e");
      const { sid, upgrades } = JSON.parse(open.slice(1));
      assert.deepEqual(upgrades, []);
      assert.equal(first, "4hello");
      assert.deepEqual(headers["set-cookie"], [`io=${sid}; Max-Age=60; Domain=example.org; Path=/; HttpOnly; Secure; SameSite=Strict`]);
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      await socket.next();
      assert.equal(await socket.next(), "4hello");
    });
    test("the cookie comes once, and an upgrade is refused", async () => {
      const polling = await pollingSession(t.server);
      assert.equal((await polling.post("40")).headers["set-cookie"], undefined);
      const socket = await webSocket(t, polling.upgradePath);
      assert.equal((await socket.closed).code, 1008);
    });
  });

  describe("with WebSocket alone", () => {
    const t = suite({ properties: { "engine.transports": "websocket" } });
    test("polling is an unknown transport, and no session may go on by it", async () => {
      const { status, body } = await ask(t.server, "/socket.io/?EIO=4&transport=polling");
      assert.equal(status, 400);
      assert.deepEqual(JSON.parse(body), { code: 0, message: Errors[0] });
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      const { sid, upgrades } = JSON.parse((await socket.next()).slice(1));
      assert.deepEqual(upgrades, []);
      assert.equal(JSON.parse((await ask(t.server, `/socket.io/?EIO=4&transport=polling&sid=${sid}`)).body).code, 0);
    });
  });

  describe("with small messages, no compression, and a cookie that scripts see", () => {
    const t = suite({
      properties: {
        "engine.maxHttpBufferSize": 2000,
        "engine.httpCompression.enabled": false,
        "engine.cookie.name": "sid",
        "engine.cookie.path": "/x",
        "engine.cookie.httpOnly": false,
        "engine.cookie.sameSite": "off",
      },
    });
    const packet = (size) => `420["${"x".repeat(size - 7)}"]`;

    test("the limit is told, and holds for bodies and for WebSocket messages", async () => {
      const polling = await pollingSession(t.server);
      assert.equal(polling.maxPayload, 2000);
      await polling.post("40");
      await polling.poll();
      assert.equal(packet(2000).length, 2000);
      assert.equal((await polling.post(packet(2000))).status, 200);
      const answer = await exchange(t.server, `POST ${polling.at} HTTP/1.1\r\nHost: x\r\nContent-Length: 2001\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 413 /);
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      socket.send("40");
      while (!(await socket.next()).startsWith("40"));
      socket.send(packet(2000));
      while (!(await socket.next()).startsWith("430"));
      socket.send(packet(2001));
      assert.equal((await socket.closed).code, 1009);
    });

    test("an answer beyond the threshold is not compressed", async () => {
      const polling = await pollingSession(t.server);
      await polling.post("40");
      await polling.poll();
      await polling.post(packet(1900));
      const { headers, body } = await polling.poll({ "accept-encoding": "gzip, deflate" });
      assert.ok(body.length > 1024);
      assert.equal(headers["content-encoding"], undefined);
      assert.match(body.toString(), /^430\[/);
    });

    test("the cookie is as it was set", async () => {
      const { headers, body } = await ask(t.server, "/socket.io/?EIO=4&transport=polling");
      assert.deepEqual(headers["set-cookie"], [`sid=${JSON.parse(body.toString().slice(1)).sid}; Path=/x`]);
    });
  });
});
