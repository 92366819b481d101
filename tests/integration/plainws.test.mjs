// The plain WebSocket endpoint: the same events, one JSON text frame each.
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import WebSocket from "ws";
import { newName, passwordOf } from "./support/client.mjs";
import { openPlain } from "./support/plain.mjs";
import { suite } from "./support/suite.mjs";

describe("plain WebSockets", () => {
  const t = suite();

  const open = (headers, query) => openPlain(t, headers, query);

  const loginDocument = (username) => ({ data: { type: "login", user_auth: { username, password: passwordOf(username) } } });

  test("login: the event, and the acknowledgement if the request had an id", async () => {
    const { ask, wait, socket, frames } = await open();
    const name = newName();
    const { status, data } = await ask("login", loginDocument(name));
    assert.equal(status, 0);
    assert.equal(data.data.user_auth.username, name);
    const emitted = await wait(({ event }) => event === "login");
    assert.deepEqual(emitted.data, data);
    socket.send(JSON.stringify({ event: "logout" }));
    await wait(({ event }) => event === "logout");
    assert.equal(frames.filter(({ ack }) => ack !== undefined).length, 1);
  });

  test("an id may be a text", async () => {
    const { socket, wait } = await open();
    socket.send(JSON.stringify({ event: "login", id: "mine", data: loginDocument(newName()) }));
    assert.equal((await wait(({ ack }) => ack === "mine")).status, 0);
  });

  test("it reaches and is reached by Socket.IO clients", async () => {
    const ann = await t.user("ann");
    const ben = await open();
    const name = newName("ben");
    await ben.ask("login", loginDocument(name));
    await ann.send(name, "from Socket.IO");
    const { data } = await ben.wait(({ event }) => event === "messages");
    assert.equal(data.data.message.message_data, "from Socket.IO");
    const { status } = await ben.ask("messages", { data: { type: "msg", message: { rid: ann.username, message_data: "from /ws" } } });
    assert.equal(status, 0);
    await ann.messages.wait(({ data: { message } }) => message.message_data === "from /ws");
  });

  test("a bad frame is an error event, and the connection lives on", async () => {
    const { socket, frames, wait, ask } = await open();
    const deep = `{"event":"login","id":9,"data":${"[".repeat(3000)}${"]".repeat(3000)}}`;
    const bad = [deep, "nonsense", "[]", "17", "null", "{}", '{"event":5}', '{"event":"login","id":{}}', ""];
    for (const text of bad) socket.send(text);
    socket.send(Buffer.from([1, 2, 3]));
    assert.equal((await ask("no such event", {})).data.errors.code, "404");
    const errors = frames.filter(({ event }) => event === "error");
    assert.equal(errors.length, bad.length + 1);
    for (const { data } of errors) assert.equal(data.errors.code, "400");
    assert.match(errors[0].data.errors.detail, /nested/);
    await wait(({ ack }) => ack === 1);
  });

  test("a token by header, or by the event auth with a replay", async () => {
    const user = await t.user();
    const sent = await user.send(user.username, "note");
    const byHeader = await open({ Authorization: `Bearer ${user.token}` });
    assert.equal((await byHeader.ask("messages", { data: { type: "msg", message: { rid: user.username, message_data: "x" } } })).status, 0);
    const byEvent = await open();
    const { status, data } = await byEvent.ask("auth", { token: user.token, since: "0" });
    assert.equal(status, 0);
    assert.deepEqual(data.data, { type: "login", id: user.id, user_auth: { username: user.username } });
    assert.equal((await byEvent.wait(({ event }) => event === "messages")).data.data.id, sent.document.data.id);
  });

  test("a bad token is 401 in either way", async () => {
    const { ask } = await open();
    const { status, data } = await ask("auth", { token: "forged" });
    assert.deepEqual([status, data.errors.code], [2, "401"]);
    const refused = new WebSocket(`${t.server.url.replace("http", "ws")}/ws`, { headers: { Authorization: "Bearer forged" } });
    const [error] = await once(refused, "error");
    assert.match(error.message, /401/);
  });

  test("a token in the address is not looked at", async () => {
    const user = await t.user();
    const { ask } = await open({}, `?token=${user.token}&access_token=${user.token}`);
    const { status, data } = await ask("logout");
    assert.deepEqual([status, data.errors.code], [2, "401"]);
  });

  test("auth is an event of this endpoint only", async () => {
    const user = await t.user();
    assert.equal((await user.request("auth", { token: user.token })).document.errors.code, "404");
  });
});
