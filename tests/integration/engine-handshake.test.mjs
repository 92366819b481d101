// How an Engine.IO session begins, with hand-written requests: details that the official clients don't show.
import assert from "node:assert/strict";
import net from "node:net";
import { describe, test } from "node:test";

import { ask, exchange, pollingSession, webSocket } from "./support/requests.mjs";
import { until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const Errors = ["Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden", "Unsupported protocol version"];

describe("Engine.IO: the handshake", () => {
  const t = suite({
    properties: {
      // One loop, so that packets on several connections are handled in their order.
      "server.threads": 1,
      "engine.pingInterval": 600,
      "engine.pingTimeout": 1200,
    },
  });
  const session = (query) => pollingSession(t.server, "/socket.io/", query);

  test("the open packet has the five members, and upgrades for polling alone", async () => {
    const open = await session();
    const { at, more, poll, post, upgradePath, ...told } = open;
    assert.deepEqual(told, { sid: open.sid, upgrades: ["websocket"], pingInterval: 600, pingTimeout: 1200, maxPayload: 1_000_000 });
    assert.match(open.sid, /^[\w-]{20}$/);
    const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
    const overWebSocket = JSON.parse((await socket.next()).slice(1));
    assert.deepEqual(overWebSocket, { sid: overWebSocket.sid, upgrades: [], pingInterval: 600, pingTimeout: 1200, maxPayload: 1_000_000 });
  });

  test("each error has its code and text: JSON over HTTP, only the text for a WebSocket", async () => {
    const faults = [
      [0, "GET", "?EIO=4&transport=pigeon"],
      [0, "GET", "?EIO=4"],
      [0, "GET", "?EIO=4&transport=webtransport"],
      [1, "GET", "?EIO=4&transport=polling&sid=nobody"],
      [1, "POST", "?EIO=4&transport=polling&sid=nobody"],
      [2, "POST", "?EIO=4&transport=polling"],
      [2, "PUT", "?EIO=4&transport=polling"],
      [2, "OPTIONS", "?EIO=4&transport=polling"],
      [3, "GET", "?EIO=4&transport=websocket"],
      [3, "GET", `?EIO=4&transport=websocket&sid=${(await session()).sid}`],
      [3, "GET", `?EIO=3&transport=polling&sid=${(await session()).sid}`],
      [3, "POST", `?EIO=4&transport=polling&sid=${(await session("EIO=3&b64=1")).sid}`],
      [5, "GET", "?EIO=5&transport=polling"],
      [5, "GET", "?EIO=abc&transport=polling"],
    ];
    for (const [code, method, query] of faults) {
      const { status, headers, body } = await ask(t.server, `/socket.io/${query}`, { method });
      assert.equal(status, 400, query);
      assert.match(headers["content-type"], /^application\/json/);
      assert.deepEqual(JSON.parse(body), { code, message: Errors[code] }, `${method} ${query}`);
    }
    for (const [code, query] of [
      [0, "?EIO=4&transport=pigeon"],
      [1, "?EIO=4&transport=websocket&sid=nobody"],
      [3, "?EIO=4&transport=polling"],
      [3, `?EIO=3&transport=websocket&sid=${(await session()).sid}`],
      [5, "?EIO=5&transport=websocket"],
    ]) {
      const answer = await exchange(
        t.server,
        `GET /socket.io/${query} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 400 /, query);
      assert.ok(answer.endsWith(`\r\n\r\n${Errors[code]}`), answer);
    }
    await until(async () => /handshake refused code=\d message="[^"]+"/.test(await t.server.log()), "a line in the log");
  });

  test("an invalid WebSocket handshake gets the reason, and an unknown version the supported one", async () => {
    const polling = await session();
    for (const path of ["/socket.io/?EIO=4&transport=websocket", polling.upgradePath]) {
      const upgrade = (fields) => exchange(t.server, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${fields}\r\n`);
      const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
      for (const version of ["", "Sec-WebSocket-Version: 12\r\n"]) {
        const answer = await upgrade(version + key);
        assert.match(answer, /^HTTP\/1\.1 426 /);
        assert.match(answer, /\r\nSec-WebSocket-Version: 13\r\n/);
      }
      for (const bad of ["", "Sec-WebSocket-Key: c2hvcnQ=\r\n", key + key]) {
        assert.match(await upgrade(`Sec-WebSocket-Version: 13\r\n${bad}`), /^HTTP\/1\.1 400 .*Sec-WebSocket-Key must be/s);
      }
    }
    assert.equal((await polling.post("40")).status, 200, "the session is as it was");
  });

  test("a HEAD, PUT or DELETE of a session is 405 and takes nothing of it", async () => {
    const polling = await session();
    await polling.post("40");
    for (const method of ["HEAD", "PUT", "DELETE"]) {
      const { status, headers } = await ask(t.server, polling.at, { method });
      assert.equal(status, 405, method);
      assert.equal(headers.allow, "GET, POST");
    }
    assert.match((await polling.poll()).body.toString(), /^40/);
  });

  test("an offer of HTTP/2 is no upgrade", async () => {
    const answer = await exchange(
      t.server,
      "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
      "}",
    );
    assert.match(answer, /^HTTP\/1\.1 200 /);
  });

  test("JSONP isn't spoken: `j` changes nothing", async () => {
    const { headers, body } = await ask(t.server, "/socket.io/?EIO=4&transport=polling&j=0");
    assert.match(headers["content-type"], /^text\/plain/);
    assert.match(body.toString(), /^0\{/);
  });

  test("a connection that says nothing more after half a request is ended, others are served", async () => {
    const socket = net.connect(t.server.port, "127.0.0.1");
    socket.write("POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: x\r\nContent-Le");
    assert.equal((await session()).pingInterval, 600);
    socket.destroy();
  });
});
