// Tests of Engine.IO and HTTP, with hand-written requests, that need the conformance server's echoes or limits; the
// others are in engine-*.test.mjs, and Socket.IO in conformance.test.mjs.
import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs/promises";
import net from "node:net";
import { after, afterEach, before, describe, test } from "node:test";
import { ConformanceServer } from "./support/conformance.mjs";
import { ask, exchange, pollingSession, webSocket } from "./support/requests.mjs";
import { until } from "./support/server.mjs";

const Largest = 1_000_000;
const overWebSocket = "?EIO=4&transport=websocket";

describe("edges of Engine.IO", () => {
  const open = [];
  const t = { server: null, keep: (closable) => open.push(closable) };
  before(async () => {
    t.server = await ConformanceServer.start({ "ping-interval": 25_000, "ping-timeout": 20_000, "connect-timeout": 20_000 });
  });
  afterEach(() => {
    for (const closable of open.splice(0)) closable.close();
  });
  after(() => t.server.end());

  /** The server's peak memory in MiB. */
  const peakMemory = async () => {
    const status = await fs.readFile(`/proc/${t.server.process.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)[1]) / 1024;
  };

  describe("polling", () => {
    test("10 GB that are only announced: 413, and no memory for them", async () => {
      const { at } = await pollingSession(t.server);
      const answer = await exchange(t.server, `POST ${at} HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n4`);
      assert.match(answer, /^HTTP\/1\.1 413 /);
      assert.ok((await peakMemory()) < 200);
    });

    test("Engine.IO 3: bytes come as such unless b64 is asked for", async () => {
      for (const [query, type] of [["EIO=3", /^application\/octet-stream/], ["EIO=3&b64=1", /^text\/plain/]]) {
        const session = await pollingSession(t.server, "/socket.io/", query);
        let seen = Buffer.from(session.more);
        let kind = "";
        const heard = (wanted) =>
          until(async () => {
            if (seen.includes(wanted)) return true;
            const { headers, body } = await session.poll();
            kind = headers["content-type"];
            seen = Buffer.concat([seen, body]);
            return seen.includes(wanted);
          }, `${wanted}`);
        await heard("40");
        const bytes = '451-2["message-with-ack",{"_placeholder":true,"num":0}]';
        assert.equal((await session.post(`${bytes.length}:${bytes}10:b4AQIDBA==`)).status, 200);
        await heard(query.includes("b64") ? Buffer.from("b4AQIDBA==") : Buffer.from([1, 5, 0xff, 4, 1, 2, 3, 4]));
        assert.match(kind, type);
      }
    });
  });

  describe("WebSockets", () => {
    test(`a WebSocket message of ${Largest} bytes passes; one more, or fragments of more together, are 1009`, async () => {
      const opened = async () => {
        const socket = await webSocket(t, `/engine.io/${overWebSocket}`);
        await socket.next();
        return socket;
      };
      const good = await opened();
      good.send(`4${"x".repeat(Largest - 1)}`);
      assert.equal((await good.next()).length, Largest);
      good.send(`4${"x".repeat(Largest)}`);
      assert.equal((await good.closed).code, 1009);
      const pieces = await opened();
      for (let i = 0; i < 11; i += 1) pieces.socket.send(`4${"x".repeat(100_000)}`, { fin: i === 10 });
      assert.equal((await pieces.closed).code, 1009);
    });
  });

  test("a poll at the moment when the session's WebSocket is closed is refused", async () => {
    const session = await webSocket(t, `/socket.io/${overWebSocket}`);
    const { sid } = JSON.parse((await session.next()).slice(1));
    const requests = Array.from({ length: 6 }, () => net.connect(t.server.port, "127.0.0.1"));
    const askBy = async (request, query) => {
      request.write(`GET /socket.io/?EIO=4&transport=${query} HTTP/1.1\r\nHost: a\r\n\r\n`);
      const [answer] = await once(request, "data");
      assert.match(answer.toString(), /^HTTP\/1\.1 400 /);
    };
    await Promise.all(requests.map((request) => askBy(request, "none")));
    // The server gets all of it in one turn of its loop.
    t.server.freeze();
    await new Promise((resolve) => session.socket.send("4no packet", resolve));
    const answers = requests.map((request) => askBy(request, `polling&sid=${sid}`));
    t.server.thaw();
    await Promise.all(answers);
    for (const request of requests) request.destroy();
  });

  describe("HTTP", () => {
    // To the echo route, which answers 200 to every valid request.
    const request = (...fields) => `POST / HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
    test("a request with nothing wrong is answered", async () => {
      assert.match(await exchange(t.server, request("Host: a", "Content-Length: 1", "Connection: close") + "1"), /^HTTP\/1\.1 200 /);
    });
    for (const [what, fields, body = ""] of [
      ["two Host fields", ["Host: a", "Host: b"]],
      ["no Host field", []],
      ["a length and chunks", ["Host: a", "Content-Length: 1", "Transfer-Encoding: chunked"], "0\r\n\r\n"],
      ["chunked, identity", ["Host: a", "Transfer-Encoding: chunked, identity"], "0\r\n\r\n"],
      ["two Transfer-Encoding fields", ["Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: identity"], "0\r\n\r\n"],
      ["a space before the colon", ["Host: a", "Transfer-Encoding : chunked"], "0\r\n\r\n"],
      ["a vertical tab before the value", ["Host: a", "Transfer-Encoding: \vchunked"], "0\r\n\r\n"],
      ["two lengths", ["Host: a", "Content-Length: 1, 2"], "12"],
      ["a length with a sign", ["Host: a", "Content-Length: +1"], "1"],
      ["a bare CR", ["Host: a\rContent-Length: 1"], "1"],
      ["a chunk's size with 0x", ["Host: a", "Transfer-Encoding: chunked"], "0x1\r\n1\r\n0\r\n\r\n"],
      ["a chunk's size with a sign", ["Host: a", "Transfer-Encoding: chunked"], "-1\r\n1\r\n0\r\n\r\n"],
      ["a chunk's size beyond all", ["Host: a", "Transfer-Encoding: chunked"], "fffffffffffffffff\r\n1\r\n0\r\n\r\n"],
    ]) {
      test(`${what}: is refused, and ends the connection`, async () => {
        const answer = await exchange(t.server, request(...fields) + body);
        assert.match(answer, /^HTTP\/1\.1 4\d\d /);
        assert.equal(answer.match(/HTTP\/1\.1 /g).length, 1, "one answer");
      });
    }
  });

  test("a client that reads nothing of the broadcasts is closed; the server keeps no more than its limit for it", async () => {
    const entered = async () => {
      const socket = await webSocket(t, `/socket.io/${overWebSocket}`);
      const { sid } = JSON.parse((await socket.next()).slice(1));
      socket.send("40/custom,");
      while (!(await socket.next()).startsWith("40/custom"));
      return { ...socket, sid };
    };
    const stalled = await entered();
    stalled.socket.pause();
    const sender = await entered();
    const text = "x".repeat(900_000);
    for (let i = 0; i < 100; i += 1) {
      sender.send(`42/custom,["broadcast","${text}"]`);
      while (!(await sender.next()).startsWith('42/custom,["broadcast-back"'));
    }
    const gone = async () => JSON.parse((await ask(t.server, `/socket.io/?EIO=4&transport=polling&sid=${stalled.sid}`)).body).code === 1;
    await until(gone, "the session to end");
    assert.ok((await peakMemory()) < 200);
  });
});
