// An Engine.IO session over polling, with hand-written requests: details that the official clients don't show.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { describe, test } from "node:test";
import { gunzipSync, inflateSync } from "node:zlib";

import { enteredSession, exchange, pollingSession } from "./support/requests.mjs";
import { until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const Errors = ["Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden", "Unsupported protocol version"];

describe("Engine.IO: polling", () => {
  const t = suite({
    properties: {
      // One loop, so that packets on several connections are handled in their order.
      "server.threads": 1,
      "limits.packetsPerPoll": 50,
    },
  });
  const session = (query) => pollingSession(t.server, "/socket.io/", query);
  const entered = () => enteredSession(t.server);

  test("the second of two polls is refused, the first gets a close packet, and the session is gone", async () => {
    const polling = await entered();
    const first = polling.poll();
    let second;
    // The two use separate connections: the later one is refused.
    const answers = await Promise.all([first, (second = polling.poll())]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
    assert.equal(answers.find(({ status }) => status === 200).body.toString(), "1");
    assert.equal((await polling.poll()).status, 400);
    assert.ok(second);
  });

  test("a poll that its client breaks off ends the session", async () => {
    const polling = await entered();
    const request = http.get({ host: "127.0.0.1", port: t.server.port, path: polling.at, agent: false });
    request.on("error", () => {});
    await once(request, "socket").then(([socket]) => once(socket, "connect"));
    request.destroy();
    await until(async () => (await polling.post("2")).status === 400, "the session's end");
  });

  test("a close packet: the waiting poll gets a noop, later requests 400", async () => {
    const polling = await entered();
    const waiting = polling.poll();
    await polling.post("3"); // the poll, on a connection of its own, has arrived by then
    const closed = await polling.post("1");
    assert.equal(closed.status, 200);
    assert.equal(closed.body.toString(), "ok");
    const { status, body } = await waiting;
    assert.deepEqual([status, body.toString()], [200, "6"]);
    assert.deepEqual(JSON.parse((await polling.poll()).body), { code: 1, message: Errors[1] });
  });

  test("a body of exactly maxPayload passes, one byte more is 413, also in chunks", async () => {
    const polling = await entered();
    const packet = (size) => `42["none","${"x".repeat(size - 13)}"]`;
    assert.equal(packet(1_000_000).length, 1_000_000);
    assert.equal((await polling.post(packet(1_000_000))).status, 200);
    assert.equal((await polling.post(packet(1_000_000), { "transfer-encoding": "chunked" })).status, 200);
    for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
      const status = await polling.post(packet(1_000_001), headers).then(
        (answer) => answer.status,
        (error) => error.code,
      );
      assert.ok([413, "ECONNRESET", "EPIPE"].includes(status), `${status}`);
    }
  });

  test("a Content-Length of 10 GB is refused on sight", async () => {
    const polling = await entered();
    const answer = await exchange(t.server, `POST ${polling.at} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 413 /);
  });

  test("an invalid payload ends the session, and so do too many packets", async () => {
    for (const body of ["", "7", "\x1e", "b!!!!", "x".repeat(100), Array(60).fill("6").join("\x1e")]) {
      const polling = await session();
      assert.equal((await polling.post(body)).status, 400, JSON.stringify(body).slice(0, 50));
      assert.equal((await polling.poll()).status, 400);
    }
  });

  test("a binary body is invalid in version 4", async () => {
    const polling = await session();
    assert.equal((await polling.post("40", { "content-type": "application/octet-stream" })).status, 400);
  });

  test("answers are compressed from the threshold on, as the client likes", async () => {
    const fill = async () => {
      const polling = await entered();
      await polling.post(`420["none${"x".repeat(20)}"]`);
      await polling.poll();
      return polling;
    };
    for (const [accept, coding, unpack] of [
      ["gzip", "gzip", gunzipSync],
      ["deflate", "deflate", inflateSync],
      ["gzip;q=0.1, deflate", "deflate", inflateSync],
      ["br", undefined, (b) => b],
      ["gzip;q=0", undefined, (b) => b],
      ["", undefined, (b) => b],
    ]) {
      const polling = await fill();
      // The event has no handler; the answer says so with the event's name.
      for (let id = 1; id <= 30; ++id) await polling.post(`42${id}["${"y".repeat(60)}"]`);
      const { headers, body } = await polling.poll({ "accept-encoding": accept });
      assert.equal(headers["content-encoding"], coding, accept);
      assert.match(unpack(body).toString(), /^43/);
      assert.equal(Number(headers["content-length"]), body.length);
    }
    const small = await session();
    await small.post("40");
    assert.equal((await small.poll({ "accept-encoding": "gzip" })).headers["content-encoding"], undefined);
  });
});
