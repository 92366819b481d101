// The everyday use of the official clients, by release and way to connect.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { ConformanceServer } from "../support/conformance.mjs";
import { until } from "../support/server.mjs";
import { asked, cells, heard, newestClient } from "./cells.mjs";

let server;
before(async () => {
  server = await ConformanceServer.start({ "ping-interval": 25_000, "ping-timeout": 20_000, loops: 2 });
});
after(() => server.end());

cells("connects, and is on its transport", async (client) => {
  const socket = await client.connect(server);
  assert.equal(await client.settled(socket), client.way === "polling" ? "polling" : "websocket");
  assert.ok(socket.connected);
});

cells("is told of what it connected with", async (client) => {
  const socket = client.open(server, { nsp: "/auth", auth: { token: "123" } });
  const [auth] = await heard(socket, "auth");
  assert.deepEqual(auth, { token: "123" });
});

cells("is refused a namespace that isn't there", async (client) => {
  const refusal = await client.refusal(server, { nsp: "/nowhere" });
  assert.deepEqual(refusal, client.old ? { message: "Invalid namespace" } : { message: "Invalid namespace", data: undefined });
});

cells("is refused by the connect handler, with data", async (client) => {
  for (const auth of [undefined, { token: "wrong" }]) {
    const refusal = await client.refusal(server, { nsp: "/auth", auth });
    assert.deepEqual(refusal, client.old ? { code: 401 } : { message: "unauthorized", data: { code: 401 } });
  }
});

cells("is acknowledged what it sends", async (client) => {
  const socket = await client.connect(server, { nsp: "/custom" });
  const args = [1, "2", { 3: [true, null] }, 1.5e-7, "", []];
  assert.deepEqual(await asked(socket, "message-with-ack", ...args), args);
  const back = heard(socket, "message-back");
  socket.emit("message", ...args);
  assert.deepEqual(await back, args);
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => asked(socket, "echo", i)));
  assert.deepEqual(answers, Array.from({ length: 50 }, (_, i) => [i]));
});

cells("sends and receives binary, nested and empty", async (client) => {
  const socket = await client.connect(server);
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const args = [all, { deep: [Buffer.from([0x1e, 0x1e, 4, 0]), { deeper: Buffer.alloc(0) }] }, "text between", Buffer.from("4😀")];
  const back = heard(socket, "message-back");
  socket.emit("message", ...args);
  assert.deepEqual(buffers(await back), args, "in an event");
  assert.deepEqual(buffers(await asked(socket, "message-with-ack", ...args)), args, "in an acknowledgement");
});

cells("is asked by the server, and answers", async (client) => {
  const socket = await client.connect(server);
  const bytes = Buffer.from([1, 0, 255]);
  socket.on("server-ask", (...args) => {
    const answer = args.pop();
    answer("answered", ...args);
  });
  for (const args of [["question", { 1: 2 }], [bytes, { deep: [bytes] }], []]) {
    const result = heard(socket, "server-ask-result");
    socket.emit("ask-ack", ...args);
    assert.deepEqual(buffers(await result), ["answered", ...args]);
  }
});

cells("sends and receives 900 kB", async (client) => {
  const socket = await client.connect(server);
  const text = "0123456789".repeat(90_000);
  assert.ok((await asked(socket, "message-with-ack", text))[0] === text, "the text in the acknowledgement");
  const back = heard(socket, "message-back");
  socket.emit("message", text);
  assert.ok((await back)[0] === text, "the text in the event");
  // With polling bytes are sent as base64, a third longer, and a body has the same limit.
  const bytes = Buffer.alloc(client.way === "polling" ? 650_000 : 900_000, "bytes");
  assert.ok(buffers(await asked(socket, "message-with-ack", bytes))[0].equals(bytes), "the bytes in the acknowledgement");
});

cells("sends and receives emoji: text, names of events and rooms", async (client) => {
  const socket = await client.connect(server);
  const texts = ["😀", "👩‍👩‍👧‍👦 and text", "é", "\u0000\u001e\u2028\ufeff", "é文字\u{10ffff}", "😀".repeat(5_000)];
  assert.deepEqual(await asked(socket, "message-with-ack", ...texts, { "ключ😀": texts }), [...texts, { "ключ😀": texts }]);
  const back = heard(socket, "message-back");
  socket.emit("message", ...texts, Buffer.from("😀"));
  assert.deepEqual(buffers(await back), [...texts, Buffer.from("😀")]);
  assert.deepEqual(await asked(socket, "😀", "by name"), ["by name"]);

  // With a client of another release, so that two equal mistakes don't cancel out.
  const newest = newestClient();
  try {
    const other = await newest.connect(server);
    const room = `комната 😀 ${client.name}`;
    for (const [from, to] of [[socket, other], [other, socket]]) {
      to.emit("join", room);
      await asked(to, "echo", "joined");
      const inRoom = heard(to, "room-back");
      from.emit("to-room", room, ...texts);
      assert.deepEqual(await inRoom, texts);
    }
  } finally {
    newest.close();
  }
});

cells("leaves a namespace, and keeps the others", async (client) => {
  const socket = await client.connect(server);
  const custom = await client.alongside(socket, "/custom");
  const left = heard(custom, "disconnect");
  custom.disconnect();
  assert.deepEqual((await left).slice(0, 1), ["io client disconnect"]);
  assert.deepEqual(await asked(socket, "echo", "still here"), ["still here"]);
  const back = heard(custom, "connect");
  custom.open();
  await back;
  assert.deepEqual(await asked(custom, "echo", "here again"), ["here again"]);
});

cells("leaves, and the server forgets it", async (client) => {
  const socket = await client.connect(server);
  await client.settled(socket);
  const { engine } = socket.io;
  assert.equal(await client.forgotten(server, engine.id), false);
  const left = heard(socket, "disconnect");
  socket.disconnect();
  assert.deepEqual((await left).slice(0, 1), ["io client disconnect"]);
  await until(() => client.forgotten(server, engine.id), "the session to be forgotten");
});

cells("is put out of a namespace, and keeps the others", async (client) => {
  const socket = await client.connect(server);
  const custom = await client.alongside(socket, "/custom");
  const out = heard(custom, "disconnect");
  custom.emit("close-me", false);
  assert.deepEqual((await out).slice(0, 1), ["io server disconnect"]);
  assert.deepEqual(await asked(socket, "echo", "still here"), ["still here"]);
});

cells("is put out with its connection", async (client) => {
  const socket = await client.connect(server);
  const custom = await client.alongside(socket, "/custom");
  await client.settled(socket);
  const { engine } = socket.io;
  const out = [socket, custom].map((each) => heard(each, "disconnect"));
  const closed = heard(engine, "close");
  socket.io.reconnection(false);
  custom.emit("close-me", true);
  for (const [reason] of await Promise.all(out)) assert.equal(reason, "io server disconnect");
  await closed;
  await until(() => client.forgotten(server, engine.id), "the session to be forgotten");
});

/** Old clients return an ArrayBuffer or a view, newer ones a Buffer. */
function buffers(value) {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value)) return value.map(buffers);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, buffers(each)]));
  return value;
}
