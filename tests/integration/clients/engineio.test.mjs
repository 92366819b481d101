// The edges of Engine.IO and HTTP, by hand: what the reference server does there, or better. Those of Socket.IO are in
// conformance.test.mjs.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { ConformanceServer } from "../support/conformance.mjs";
import { RawPolling, RawWebSocket, rawAnswer } from "../support/raw.mjs";
import { until } from "../support/server.mjs";

const Largest = 1_000_000;
const over4 = "EIO=4&transport=websocket";

describe("edges of Engine.IO", { concurrency: 4 }, () => {
  let server;
  before(async () => {
    server = await ConformanceServer.start({ "ping-interval": 25_000, "ping-timeout": 20_000, "connect-timeout": 20_000 });
  });
  after(() => server.end());

  /** MiB that the server has had at most. */
  const peakMemory = async () => {
    const status = await fs.readFile(`/proc/${server.process.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)[1]) / 1024;
  };

  describe("handshakes", () => {
    test("the open packet has five members; over a WebSocket there is nothing to upgrade to", async () => {
      const polling = await RawPolling.open(server);
      const expected = { upgrades: ["websocket"], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: Largest };
      assert.deepEqual(polling.handshake, { sid: polling.sid, ...expected });
      const socket = await RawWebSocket.open(server, over4);
      const open = JSON.parse((await socket.next()).slice(1));
      assert.deepEqual(open, { sid: open.sid, ...expected, upgrades: [] });
      socket.close();
    });

    test("errors have the protocol's codes, also where a WebSocket is asked for", async () => {
      const polling = await RawPolling.open(server);
      for (const [query, message] of [
        ["EIO=4&transport=pigeon", "Transport unknown"],
        ["EIO=4", "Transport unknown"],
        [`${over4}&sid=unknown`, "Session ID unknown"],
        ["EIO=4&transport=polling", "Bad request"],
        ["EIO=5&transport=websocket", "Unsupported protocol version"],
        ["EIO=2&transport=websocket", "Unsupported protocol version"],
      ]) {
        const { status, body } = await RawWebSocket.refusal(server, query);
        assert.equal(status, 400, query);
        assert.ok(body.includes(message), `${query}: ${body}`);
      }
      const socket = await RawWebSocket.open(server, over4);
      const { sid } = JSON.parse((await socket.next()).slice(1));
      const answer = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`);
      assert.equal(answer.status, 400);
      assert.deepEqual(await answer.json(), { code: 3, message: "Bad request" });
      socket.close();
    });

    test("another WebSocket for a session that has one is closed at once", async () => {
      const socket = await RawWebSocket.open(server, over4);
      const { sid } = JSON.parse((await socket.next()).slice(1));
      const other = await RawWebSocket.open(server, `${over4}&sid=${sid}`);
      assert.equal(await other.ended(), 1008);
      socket.send("40");
      await socket.find((packet) => packet.startsWith("40"));
      socket.close();
    });
  });

  describe("polling", () => {
    const gone = async (session) => assert.deepEqual(await (await session.get()).json(), { code: 1, message: "Session ID unknown" });

    test("two polls at once end the session: close to the first, an error to the second", async () => {
      const session = await RawPolling.open(server);
      const polls = [session.get(), session.get()];
      const answers = await Promise.all(polls.map(async (poll) => [(await poll).status, await (await poll).text()]));
      const [good, bad] = answers[0][0] === 200 ? answers : answers.reverse();
      assert.deepEqual(good, [200, "1"]);
      assert.ok(bad[0] >= 400, `${bad}`);
      await gone(session);
    });

    test("a poll that is given up ends the session", async () => {
      const session = await RawPolling.open(server);
      await until(async () => {
        const abort = new AbortController();
        const poll = session.get({ signal: abort.signal });
        // Answered after the poll has come, as it was sent later; were it otherwise, the next turn shows it.
        const { status } = await session.post("3");
        abort.abort();
        await poll.catch(() => {});
        return status === 400;
      }, "the session to end");
    });

    test("close while a poll waits: the poll gets a noop, later requests 400", async () => {
      const session = await RawPolling.open(server);
      const poll = session.poll();
      assert.equal((await session.post("1")).status, 200);
      assert.deepEqual(await poll, ["6"]);
      await gone(session);
    });

    test(`a body of ${Largest} bytes passes, one more is 413, in chunks too`, async () => {
      const body = (length) => `4${"x".repeat(length - 1)}`;
      const chunked = (text) => ({ body: new Blob([text]).stream(), duplex: "half" });
      for (const pack of [(text) => ({ body: text }), chunked]) {
        const echo = { url: `${server.url}/engine.io/?EIO=4&transport=polling` };
        const { sid } = JSON.parse((await (await fetch(echo.url)).text()).slice(1));
        const post = (text) => fetch(`${echo.url}&sid=${sid}`, { method: "POST", ...pack(text) });
        assert.equal((await post(body(Largest))).status, 200);
        const status = await post(body(Largest + 1)).then((answer) => answer.status, () => "closed");
        assert.ok(status === 413 || status === "closed", `${status}`);
      }
    });

    test("10 GB that are only announced: 413, and no memory for them", async () => {
      const { sid } = await RawPolling.open(server);
      const answer = await rawAnswer(
        server,
        `POST /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n4`,
      );
      assert.match(answer, /^HTTP\/1\.1 413 /);
      assert.ok((await peakMemory()) < 200);
    });

    test("Engine.IO 3: lengths count UTF-16, bytes come as such unless b64 is asked for", async () => {
      for (const [more, type] of [["", /^application\/octet-stream/], ["&b64=1", /^text\/plain/]]) {
        const session = await RawPolling.open(server, { protocol: 3, more });
        const text = '421["echo","😀€"]';
        assert.equal((await session.post(`${text.length}:${text}`)).status, 200);
        const bytes = '451-2["message-with-ack",{"_placeholder":true,"num":0}]';
        assert.equal((await session.post(`${bytes.length}:${bytes}10:b4AQIDBA==`)).status, 200);
        let seen = Buffer.alloc(0);
        let kind = "";
        const wanted = more ? Buffer.from("b4AQIDBA==") : Buffer.from([1, 5, 0xff, 4, 1, 2, 3, 4]);
        await until(async () => {
          const answer = await session.get();
          kind = answer.headers.get("content-type");
          seen = Buffer.concat([seen, Buffer.from(await answer.arrayBuffer())]);
          return seen.includes(wanted);
        }, "the bytes");
        assert.match(kind, type);
        assert.ok(seen.includes(Buffer.from('431["')), "the acknowledgement of the text");
      }
    });
  });

  describe("upgrades", () => {
    const probing = async (session) => {
      const socket = await RawWebSocket.open(server, `${over4}&sid=${session.sid}`);
      socket.send("2probe");
      assert.equal(await socket.next(), "3probe");
      return socket;
    };

    test("the poll that waits is ended by a noop; afterwards the session is the WebSocket's alone", async () => {
      const session = await RawPolling.open(server);
      await session.post("40");
      while (!(await session.poll()).some((packet) => packet.startsWith('42["auth"')));
      const poll = session.poll();
      const socket = await probing(session);
      assert.deepEqual(await poll, ["6"]);
      socket.send("5");
      socket.send('421["echo","moved"]');
      assert.equal(await socket.next(), '431["moved"]');
      assert.equal((await session.get()).status, 400);
      assert.equal((await session.post("3")).status, 400);
      assert.equal(await (await RawWebSocket.open(server, `${over4}&sid=${session.sid}`)).ended(), 1008);
      socket.close();
    });

    for (const [what, end] of [
      ["dies before the upgrade", (socket) => socket.close()],
      ["sends a wrong probe", (socket) => socket.send("2wrong")],
      ["upgrades without a probe", null],
    ]) {
      test(`a WebSocket that ${what} leaves the session to polling`, async () => {
        const session = await RawPolling.open(server);
        await session.post("40");
        while (!(await session.poll()).some((packet) => packet.startsWith('42["auth"')));
        const socket = end ? await probing(session) : await RawWebSocket.open(server, `${over4}&sid=${session.sid}`);
        if (end) end(socket);
        else socket.send("5");
        await socket.ended();
        await session.post('421["echo","still here"]');
        const packets = [];
        while (!packets.includes('431["still here"]')) packets.push(...(await session.poll()));
        // And may try again.
        (await probing(session)).close();
      });
    }
  });

  describe("WebSockets", () => {
    test(`a WebSocket message of ${Largest} bytes passes; one more, or fragments of more together, are 1009`, async () => {
      const open = async () => {
        const socket = await RawWebSocket.open(server, over4, "/engine.io/");
        await socket.next();
        return socket;
      };
      const good = await open();
      good.send(`4${"x".repeat(Largest - 1)}`);
      assert.equal((await good.next()).length, Largest);
      good.send(`4${"x".repeat(Largest)}`);
      assert.equal(await good.ended(), 1009);
      const pieces = await open();
      for (let i = 0; i < 11; i += 1) pieces.ws.send(`4${"x".repeat(100_000)}`, { fin: i === 10 });
      assert.equal(await pieces.ended(), 1009);
    });
  });

  describe("HTTP", () => {
    // To the echo, which answers 200 to whatever is a request.
    const request = (...fields) => `POST / HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
    test("a request with nothing wrong is answered", async () => {
      assert.match(await rawAnswer(server, request("Host: a", "Content-Length: 1", "Connection: close") + "1"), /^HTTP\/1\.1 200 /);
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
        const answer = await rawAnswer(server, request(...fields) + body);
        assert.match(answer, /^HTTP\/1\.1 4\d\d /);
        assert.equal(answer.match(/HTTP\/1\.1 /g).length, 1, "one answer");
      });
    }
  });

  test("who takes nothing of what is broadcast is closed; the server keeps no more than its limit for it", async () => {
    const stalled = await RawWebSocket.open(server, over4);
    const { sid } = JSON.parse((await stalled.next()).slice(1));
    stalled.send("40/custom,");
    await stalled.find((packet) => packet.startsWith("40/custom"));
    stalled.ws.pause();
    const sender = await RawWebSocket.open(server, over4);
    sender.send("40/custom,");
    await sender.find((packet) => packet.startsWith("40/custom"));
    const text = "x".repeat(900_000);
    for (let i = 0; i < 100; i += 1) {
      sender.send(`42/custom,["broadcast","${text}"]`);
      await sender.find((packet) => packet.startsWith('42/custom,["broadcast-back"'));
    }
    await until(async () => (await (await fetch(`${server.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`)).json()).code === 1, "the session to end");
    assert.ok((await peakMemory()) < 200);
    stalled.close();
    sender.close();
  });
});
