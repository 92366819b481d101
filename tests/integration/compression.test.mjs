// permessage-deflate with the most common clients: the package `ws`, and the official client on top of it.
import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs/promises";
import { after, describe, test } from "node:test";
import { constants, deflateRawSync, gunzipSync } from "node:zlib";
import WebSocket from "ws";
import { newUser } from "./support/client.mjs";
import { PluginFolder } from "./support/folder.mjs";
import { pollingSession } from "./support/requests.mjs";
import { until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const on = { "engine.perMessageDeflate.enabled": true, "engine.perMessageDeflate.threshold": 100 };
const long = (seed) => `${seed} ${"the same words again and again, ".repeat(100)}`;

/** A client of the plain endpoint: `extensions` as agreed, `ask` sends an event and returns its answer. */
async function plain(t, options = {}) {
  const socket = new WebSocket(`${t.server.url.replace("http", "ws")}/ws`, options.protocols ?? [], options);
  t.keep({ close: () => socket.terminate() });
  let answer;
  socket.once("upgrade", (response) => {
    answer = response.headers;
  });
  await once(socket, "open");
  const ask = async (data) => {
    const came = once(socket, "message");
    socket.send(JSON.stringify({ event: "nobody", id: 1, data }));
    return JSON.parse((await came)[0].toString());
  };
  return { socket, ask, answer, extensions: answer["sec-websocket-extensions"] ?? "" };
}

/** Frames of the server as they are on the wire. */
const rawFrames = (socket) => {
  const frames = [];
  socket._socket.on("data", (bytes) => frames.push(bytes));
  return { bytes: () => Buffer.concat(frames) };
};

/** The offer of a browser; there are more in the rows below. */
const offers = {
  "as a browser does": { clientMaxWindowBits: true },
  "without contexts": { serverNoContextTakeover: true, clientNoContextTakeover: true },
  "with small windows": { serverMaxWindowBits: 9, clientMaxWindowBits: 9 },
  "with the server's window alone": { serverMaxWindowBits: 10 },
};

for (const serverNoContextTakeover of [true, false]) {
  describe(`compressed, ${serverNoContextTakeover ? "each message by itself" : "with the server's context"}`, () => {
    const t = suite({ properties: { ...on, "engine.perMessageDeflate.serverNoContextTakeover": serverNoContextTakeover } });

    for (const [name, perMessageDeflate] of Object.entries(offers)) {
      test(`the plain endpoint, offered ${name}`, async () => {
        const { socket, ask, extensions } = await plain(t, { perMessageDeflate: { threshold: 0, ...perMessageDeflate } });
        assert.match(extensions, /^permessage-deflate/);
        assert.equal(/server_no_context_takeover/.test(extensions), serverNoContextTakeover || Boolean(perMessageDeflate.serverNoContextTakeover));
        for (let i = 0; i < 5; ++i) {
          const answer = await ask(long(i));
          assert.equal(answer.ack, 1);
        }
        assert.equal(socket.readyState, WebSocket.OPEN);
      });
    }

    test("the official client: messages both ways, to a room as well, and after an upgrade", async () => {
      for (const transports of [["websocket"], ["polling", "websocket"]]) {
        const options = { transports, perMessageDeflate: { threshold: 0 } };
        const ben = t.keep(await newUser(t.server, "ben", options));
        const second = await t.connect(options);
        await second.login(ben.username);
        const ann = t.keep(await newUser(t.server, "ann", options));
        await until(() => ann.socket.io.engine.transport.name === "websocket", "the upgrade");
        for (let i = 0; i < 5; ++i) {
          const { status } = await ann.sendPatiently(ben.username, long(i));
          assert.equal(status, 0);
        }
        for (const client of [ben, second]) {
          const got = await client.messages.count(5);
          assert.deepEqual(
            got.map(({ data }) => data.message.message_data),
            Array.from({ length: 5 }, (_, i) => long(i)),
          );
        }
      }
    });
  });
}

describe("which messages are compressed", () => {
  const t = suite({ properties: on });

  test("long messages are, short ones aren't", async () => {
    const options = { transports: ["websocket"], perMessageDeflate: true };
    const ben = t.keep(await newUser(t.server, "ben", options));
    const raw = rawFrames(ben.socket.io.engine.transport.ws);
    const ann = t.keep(await newUser(t.server, "ann", options));
    await ann.send(ben.username, long(1));
    await ben.messages.count(1);
    assert.ok(raw.bytes().includes(Buffer.from([0xc1])), "a frame with RSV1");
    assert.ok(raw.bytes().length < long(1).length / 4, `${raw.bytes().length} bytes`);
    assert.ok(!raw.bytes().includes("the same words"));
  });

  test("a client that doesn't offer it is sent what it understands", async () => {
    const { ask, extensions } = await plain(t, { perMessageDeflate: false });
    assert.equal(extensions, "");
    assert.equal((await ask(long(1))).ack, 1);
  });

  test("a bomb is refused with 1009, and the server doesn't grow", async () => {
    const memory = async () => Number((await fs.readFile(`/proc/${t.server.pid}/status`, "utf8")).match(/VmHWM:\s+(\d+) kB/)[1]);
    const { socket } = await plain(t, { perMessageDeflate: true });
    const closed = once(socket, "close");
    // 100 MB of one byte, in a frame within the limit.
    const payload = deflateRawSync(Buffer.alloc(100_000_000, "x"), { finishFlush: constants.Z_SYNC_FLUSH, level: 1 }).subarray(0, -4);
    assert.ok(payload.length < 1_000_000);
    const before = await memory();
    const head = Buffer.alloc(14);
    head[0] = 0xc1;
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
    socket._socket.write(Buffer.concat([head, payload]));
    assert.equal((await closed)[0], 1009);
    assert.ok((await memory()) - before < 10_000, "kB more than before");
  });

  test("what isn't DEFLATE is refused with 1007", async () => {
    const { socket } = await plain(t, { perMessageDeflate: true });
    const closed = once(socket, "close");
    socket._socket.write(Buffer.from([0xc1, 0x83, 0, 0, 0, 0, 0xff, 0xff, 0xff]));
    assert.equal((await closed)[0], 1007);
  });
});

const folder = await PluginFolder.make();
await folder.drop("probe");
after(() => folder.dispose());

describe("uncompressed messages of plugins", () => {
  const t = suite({ properties: { ...on, "plugins.folder": folder.folder } });

  test("go to a room uncompressed, and others compressed, over WebSocket", async () => {
    const clients = [];
    for (let i = 0; i < 3; ++i) {
      const client = await t.connect({ transports: ["websocket"], perMessageDeflate: true });
      client.raw = rawFrames(client.socket.io.engine.transport.ws);
      clients.push(client);
    }
    const plainToo = await t.connect({ transports: ["websocket"], perMessageDeflate: false });
    for (const uncompressed of [false, true]) {
      const all = [...clients, plainToo].map((client) => once(client.socket, "wide"));
      const before = clients.map(({ raw }) => raw.bytes().length);
      await plainToo.request("probe:wide", { uncompressed });
      for (const [text] of await Promise.all(all)) assert.equal(text, "x".repeat(5000));
      for (const [i, { raw }] of clients.entries()) {
        const length = raw.bytes().length - before[i];
        assert.ok(uncompressed ? length > 5000 : length < 500, `${length} bytes`);
      }
    }
  });

  test("over polling an answer is compressed if one of its messages may be", async () => {
    const session = await pollingSession(t.server);
    await session.post("40");
    const socket = JSON.parse((await session.poll()).body.toString().slice(2)).sid;
    for (const [uncompressed, coding] of [[false, "gzip"], [true, undefined]]) {
      await session.post(`42["probe:wide",${JSON.stringify({ uncompressed, socket })}]`);
      const { headers, body } = await session.poll({ "accept-encoding": "gzip" });
      assert.equal(headers["content-encoding"], coding);
      assert.equal((coding ? gunzipSync(body) : body).toString(), `42["wide","${"x".repeat(5000)}"]`);
    }
  });
});

describe("opening handshakes", () => {
  const t = suite();

  test("off by default: the offer isn't answered", async () => {
    const { ask, extensions } = await plain(t, { perMessageDeflate: true });
    assert.equal(extensions, "");
    assert.equal((await ask(long(1))).ack, 1);
  });

  test("the subprotocol that the client likes best is chosen, on both endpoints", async () => {
    const { socket } = await plain(t, { protocols: ["chat.v2", "chat.v1"] });
    assert.equal(socket.protocol, "chat.v2");
    const client = await t.connect({ transports: ["websocket"], protocols: ["mine", "other"] });
    assert.equal(client.socket.io.engine.transport.ws.protocol, "mine");
    const { answer } = await plain(t);
    assert.equal(answer["sec-websocket-protocol"], undefined);
  });

  test("a malformed offer is answered 400", async () => {
    for (const headers of [{ "Sec-WebSocket-Extensions": "permessage-deflate;" }, { "Sec-WebSocket-Protocol": "a, a" }]) {
      const socket = new WebSocket(`${t.server.url.replace("http", "ws")}/ws`, { headers, perMessageDeflate: false });
      const [, response] = await once(socket, "unexpected-response");
      assert.equal(response.statusCode, 400);
      socket.on("error", () => {});
      response.destroy();
    }
  });
});
