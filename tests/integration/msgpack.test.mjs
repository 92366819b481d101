// The official client with its msgpack parser.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, afterEach, before, describe, test } from "node:test";
import { io } from "socket.io-client-4.8";
import parser from "socket.io-msgpack-parser";
import WebSocket from "ws";
import { Client } from "./support/client.mjs";
import { ConformanceServer } from "./support/conformance.mjs";
import { suite } from "./support/suite.mjs";

for (const transport of ["websocket", "polling"]) {
  describe(`the msgpack parser over ${transport}`, { timeout: 60_000 }, () => {
    let server;
    const open = [];
    before(async () => {
      server = await ConformanceServer.start({ parser: "msgpack", recovery: "on", "ping-interval": 20_000, "ping-timeout": 20_000, "connect-timeout": 20_000 });
    });
    afterEach(() => {
      for (const closable of open.splice(0)) closable.close();
    });
    after(() => server?.end());

    const connect = async (nsp = "/", options = {}) => {
      const socket = io(server.url + nsp, { forceNew: true, reconnection: false, transports: [transport], parser, ...options });
      open.push(socket);
      const [auth] = await once(socket, "auth");
      return Object.assign(socket, { greeting: auth });
    };
    const ask = (socket, ...args) => socket.timeout(5000).emitWithAck(...args);

    test("connects, with auth, to several namespaces; is refused with data", async () => {
      assert.deepEqual((await connect()).greeting, {});
      assert.deepEqual((await connect("/auth", { auth: { token: "123" } })).greeting, { token: "123" });
      const refused = io(`${server.url}/auth`, { forceNew: true, reconnection: false, transports: [transport], parser });
      open.push(refused);
      const [error] = await once(refused, "connect_error");
      assert.equal(error.message, "unauthorized");
      assert.deepEqual(error.data, { code: 401 });
    });

    test("values of all kinds come back", async () => {
      const socket = await connect();
      for (const value of [0, -1, 127, 128, 65_536, 2 ** 32, -(2 ** 40), Number.MAX_SAFE_INTEGER, 1.5, -1.5e-300, true, null, "", "😀 \u0000 \"", "x".repeat(70_000),
        [], {}, { a: [{ b: [1, "2", null] }] }, Array.from({ length: 300 }, (_, i) => i)]) {
        assert.deepEqual(await ask(socket, "message-with-ack", value), value);
      }
      assert.equal(await ask(socket, "message-with-ack", new Date(1697467978123)), "2023-10-16T14:52:58.123Z");
    });

    test("bytes, nested and several, in events and acknowledgements", async () => {
      const socket = await connect();
      const value = { a: [Buffer.from([1, 2, 3])], b: Buffer.alloc(70_000, 7), c: [] };
      assert.deepEqual(await ask(socket, "message-with-ack", value), value);
      const back = once(socket, "message-back");
      socket.emit("message", value, "last");
      const [first, last] = await back;
      assert.deepEqual(first, value);
      assert.equal(last, "last");
    });

    // Under Node the packer encodes a Buffer as `bin`, an ArrayBuffer or a typed array as an extension.
    test("bytes of every kind and length, echoed and handed on to others", async () => {
      const [one, two] = await Promise.all([connect(), connect()]);
      for (const size of [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 212, 215, 255, 256, 65_535, 65_536]) {
        const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7 + 1);
        const kinds = [bytes, bytes.buffer, Buffer.from(bytes), new DataView(bytes.buffer), new Int8Array(bytes.buffer), [{ deep: [bytes] }]];
        const wanted = [...Array(5).fill(Buffer.from(bytes)), [{ deep: [Buffer.from(bytes)] }]];
        assert.deepEqual(await ask(one, "message-with-ack", kinds), wanted, `${size} bytes`);
        const heard = once(two, "broadcast-back");
        one.emit("broadcast", kinds);
        assert.deepEqual((await heard)[0], wanted, `${size} bytes`);
      }
      assert.deepEqual(await ask(one, "message-with-ack", [undefined, new Date(0), Uint8Array.of(7), new Date(-1)]), [
        null,
        "1970-01-01T00:00:00.000Z",
        Buffer.from([7]),
        "1969-12-31T23:59:59.999Z",
      ]);
    });

    test("broadcasts and rooms", async () => {
      const [one, two] = await Promise.all([connect(), connect()]);
      await ask(one, "message-with-ack", one.emit("join", "room") && 1);
      two.emit("to-room", "room", { n: 1 }, Buffer.from([1]));
      const [document, bytes] = await once(one, "room-back");
      assert.deepEqual([document, bytes], [{ n: 1 }, Buffer.from([1])]);
      two.emit("broadcast", "all");
      await Promise.all([once(one, "broadcast-back"), once(two, "broadcast-back")]);
    });

    test("is disconnected, and recovered", async () => {
      const socket = await connect();
      await ask(socket, "message-with-ack", 1);
      socket.io.engine.close();
      const other = await connect();
      other.emit("broadcast", "missed");
      await ask(other, "message-with-ack", 1);
      const missed = once(socket, "broadcast-back");
      socket.connect();
      assert.equal((await missed)[0], "missed");
      assert.equal(socket.recovered, true);
      socket.emit("close-me", true);
      await once(socket, "disconnect");
    });
  });
}

describe("messages to clients with the msgpack parser", () => {
  const t = suite({ properties: { "socketio.parser": "msgpack" } });

  // Only JSON text can have these values: a plain WebSocket sends them, and clients with the parser read them, live and
  // in replays.
  test("values that msgpack readers can't take come as JSON.parse reads them", async () => {
    const anna = await t.user("anna", { parser });
    const ben = await t.user("ben", { parser });
    const sender = new WebSocket(`ws://127.0.0.1:${t.server.port}/ws`, { headers: { authorization: `Bearer ${anna.token}` } });
    t.keep({ close: () => sender.terminate() });
    await once(sender, "open");
    for (const [attributes, wanted] of [
      ['{"x":1e999,"y":[-1e999]}', { x: Infinity, y: [-Infinity] }],
      ['{"x":123456789012345678901234567890}', { x: 123456789012345678901234567890 }],
      ['{"a":1,"a":2}', { a: 2 }],
    ]) {
      const heard = ben.messages.all.length;
      const document = `{"data":{"type":"msg","message":{"rid":"${ben.username}","message_data":"x","attributes":${attributes}}}}`;
      sender.send(`{"event":"messages","id":1,"data":${document}}`);
      const { data } = (await ben.messages.count(heard + 1)).at(-1);
      assert.deepEqual(data.message.attributes, wanted);
      // Every reconnection replays it.
      const again = new Client(t.server, { parser, auth: { token: ben.token, since: `${BigInt(data.id) - 1n}` } });
      t.keep(again);
      assert.deepEqual((await again.messages.wait()).data.message.attributes, wanted);
    }
  });
});

test("an invalid msgpack packet ends only that connection", async () => {
  const server = await ConformanceServer.start({ parser: "msgpack" });
  try {
    for (const message of ["40", "4nothing", Buffer.alloc(0), Buffer.from([0xc1]), Buffer.alloc(900_000, 0x91), Buffer.from([0xdf, 255, 255, 255, 255])]) {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`);
      await once(socket, "message");
      socket.send(message);
      await once(socket, "close");
    }
    assert.equal((await fetch(server.url)).status, 200);
  } finally {
    await server.end();
  }
});
