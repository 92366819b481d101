// Official clients by release and transport; a new row in either table extends the matrix.
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import * as client48 from "socket.io-client-4.8";
import { newName, passwordOf } from "./support/client.mjs";
import { until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

describe("clients and transports", () => {
  const t = suite();

  const releases = { "4.8": client48.io };
  const ways = {
    polling: { transports: ["polling"] },
    websocket: { transports: ["websocket"] },
    upgrade: { transports: ["polling", "websocket"] },
  };

  for (const [release, io] of Object.entries(releases)) {
    for (const [way, options] of Object.entries(ways)) {
      describe(`client ${release} over ${way}`, () => {
        const connect = async (nsp = "/", more = {}) => {
          const socket = io(t.server.url + nsp, { forceNew: true, reconnectionDelay: 100, ...options, ...more });
          t.keep(socket);
          await once(socket, "connect");
          return socket;
        };
        // Releases before 4 have no time-out for acknowledgements.
        const ask = (socket, event, ...args) =>
          new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`no answer to ${event}`)), 10_000);
            socket.emit(event, ...args, (status, document) => {
              clearTimeout(timer);
              resolve({ status, document });
            });
          });
        const login = (socket, username) => ask(socket, "login", { data: { type: "login", user_auth: { username, password: passwordOf(username) } } });

        test("connects, and is on that transport", async () => {
          const socket = await connect();
          const wanted = way === "polling" ? "polling" : "websocket";
          await until(() => socket.io.engine.transport.name === wanted, wanted);
        });

        test("sends and receives, also while it changes transports", async () => {
          const ann = newName("ann");
          const ben = newName("ben");
          const receiver = await connect("/chat");
          await login(receiver, ben);
          const got = [];
          receiver.on("messages", ({ data }) => got.push(data.message.message_data));
          const sender = await connect("/");
          await login(sender, ann);
          const texts = Array.from({ length: 20 }, (_, i) => `${i} 😀`);
          const answers = await Promise.all(
            texts.map((message_data) => ask(sender, "messages", { data: { type: "msg", message: { rid: ben, message_data } } })),
          );
          assert.ok(answers.every(({ status }) => status === 0));
          await until(() => got.length === texts.length, "all messages");
          assert.deepEqual(got, texts);
        });

        test("two namespaces share a connection", async () => {
          const first = await connect("/");
          const second = t.keep(first.io.socket("/chat", {}));
          await once(second, "connect");
          assert.notEqual(first.id, second.id);
          const name = newName();
          assert.equal((await login(second, name)).status, 0);
          assert.equal((await ask(first, "logout")).document.errors.code, "401", "an identity is a socket's");
        });

        test("an unknown namespace is refused", async () => {
          const socket = io(`${t.server.url}/nowhere`, { forceNew: true, ...options });
          t.keep(socket);
          const [error] = await once(socket, "connect_error");
          assert.equal(error.message, "Invalid namespace");
        });

        test("binary attachments arrive as such and break nothing", async () => {
          const socket = await connect();
          const bytes = Buffer.from([0, 1, 2, 0x1e, 0xff]);
          const unknown = await ask(socket, "no such event", { nested: [bytes, { deep: bytes }] });
          assert.equal(unknown.document.errors.code, "404");
          assert.equal((await ask(socket, "login", bytes)).document.errors.code, "400");
          assert.equal((await login(socket, newName())).status, 0);
        });

        test("an event without a handler: 404 only to the callback", async () => {
          const socket = await connect();
          const heard = [];
          socket.onAny((...args) => heard.push(args));
          const { status, document } = await ask(socket, "no such event");
          assert.equal(status, 1);
          assert.equal(document.errors.code, "404");
          await login(socket, newName());
          assert.deepEqual(heard.map(([name]) => name), ["login"]);
        });

        test("leaving on purpose ends the session", async () => {
          const socket = await connect();
          const reason = once(socket, "disconnect");
          socket.disconnect();
          assert.equal((await reason)[0], "io client disconnect");
        });
      });
    }
  }
});
