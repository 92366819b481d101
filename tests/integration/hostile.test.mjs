// Clients that break the rules get the documented answer; a good client at the same time isn't affected.
import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, beforeEach, describe, test } from "node:test";
import WebSocket from "ws";
import { newUser } from "./support/client.mjs";
import { suite } from "./support/suite.mjs";

describe("peers that break the rules", () => {
  const t = suite();
  let good;

  beforeEach(async () => {
    good = await newUser(t.server, "good");
  });
  afterEach(async () => {
    const { status } = await good.send(good.username, "nothing noticed");
    good.close();
    assert.equal(status, 0);
  });

  const polling = (query, options) => fetch(`${t.server.url}/socket.io/?EIO=4&transport=polling${query}`, options);

  async function handshake() {
    const text = await (await polling("")).text();
    return JSON.parse(text.slice(1));
  }

  /** A Socket.IO connection without a client library: sends packets, collects packets, tells how it was closed. */
  async function byHand() {
    const socket = new WebSocket(`${t.server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    const packets = [];
    socket.on("message", (data) => packets.push(data.toString()));
    socket.on("error", () => {});
    const closed = once(socket, "close").then(([code]) => code);
    t.keep({ close: () => socket.terminate() });
    await once(socket, "open");
    return { socket, packets, closed };
  }

  async function byHandInNamespace() {
    const connection = await byHand();
    connection.socket.send("40");
    while (!connection.packets.some((packet) => packet.startsWith("40"))) await once(connection.socket, "message");
    return connection;
  }

  test("a forged sid: 400 with the protocol's body", async () => {
    for (const sid of ["forged", "a".repeat(500), "%00"]) {
      const answer = await polling(`&sid=${sid}`);
      assert.equal(answer.status, 400, sid);
      assert.deepEqual(await answer.json(), { code: 1, message: "Session ID unknown" });
    }
    const answer = await polling("&sid=forged", { method: "POST", body: "3" });
    assert.equal(answer.status, 400);
    const socket = new WebSocket(`${t.server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket&sid=forged`);
    const [error] = await once(socket, "error");
    assert.match(error.message, /400/);
  });

  test("unknown transports and methods: 400 with the protocol's codes", async () => {
    const base = `${t.server.url}/socket.io/`;
    for (const [query, method, code] of [["?EIO=4&transport=pigeon", "GET", 0], ["?EIO=4", "GET", 0], ["?EIO=4&transport=polling", "POST", 2], ["?EIO=9&transport=polling", "GET", 5]]) {
      const answer = await fetch(base + query, { method });
      assert.equal(answer.status, 400, query);
      assert.equal((await answer.json()).code, code, query);
    }
  });

  test("malformed JSON in an event: 400, or the connection's end; never a fault", async () => {
    for (const packet of ['42["login",{"data":]', '42["login",{"a":1}', '420["login",nonsense]', '42["login","\ud800"]'.replace("\ud800", "\\ud800")]) {
      const { socket, packets, closed } = await byHandInNamespace();
      socket.send(packet);
      socket.send('421["no such event"]');
      const ended = await Promise.race([
        closed.then(() => "closed"),
        (async () => {
          while (!packets.some((answer) => answer.startsWith("431"))) await once(socket, "message");
          return "answered";
        })(),
      ]);
      if (ended === "answered") {
        const refusals = packets.filter((answer) => /^42|^430/.test(answer));
        for (const refusal of refusals) assert.match(refusal, /"code":"400"/, packet);
      }
    }
  });

  test("packets that aren't Socket.IO end that connection alone", async () => {
    for (const packet of ["9", "49", "4", "42", "42[]", "42{}", '42["a"', "4abc", '45-["x"]', '451-["a",{"_placeholder":true,"num":7}]', "43"]) {
      const { socket, closed } = await byHandInNamespace();
      socket.send(packet);
      socket.send("41");
      setTimeout(() => socket.close(), 500).unref();
      assert.ok(await closed, packet);
    }
  });

  test("a frame of 2 MB closes that WebSocket with 1009", async () => {
    const { socket, closed } = await byHandInNamespace();
    socket.send(`42["messages","${"x".repeat(2_000_000)}"]`);
    assert.equal(await closed, 1009);
  });

  test("a body of 2 MB is 413", async () => {
    const { sid } = await handshake();
    const status = await polling(`&sid=${sid}`, { method: "POST", body: `4${"x".repeat(2_000_000)}` }).then((answer) => answer.status, () => "closed");
    assert.ok(status === 413 || status === "closed", `${status}`);
  });

  test("text that isn't UTF-8 closes with 1007", async () => {
    const { socket, closed } = await byHandInNamespace();
    socket.send(Buffer.from([0x34, 0x32, 0xff, 0xfe]), { binary: false });
    assert.equal(await closed, 1007);
  });

  test("nesting without end is a 400, by callback or as an event, and ends nothing", async () => {
    const { socket, packets } = await byHandInNamespace();
    const deep = (levels) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    socket.send(`420["login",${"[".repeat(100_000)}${"]".repeat(100_000)}]`);
    socket.send(`421["messages",{"data":{"type":"msg","message":{"rid":"x","attributes":${deep(3000)}}}}]`);
    socket.send(`42["login",${deep(3000)}]`);
    socket.send(`451-2["messages",${deep(3000)},{"_placeholder":true,"num":0}]`);
    socket.send(Buffer.from("bytes"));
    socket.send(`430[${deep(3000)}]`); // of nothing that was asked
    socket.send('423["login",{}]');
    while (!packets.some((packet) => packet.startsWith("433"))) await once(socket, "message");
    const detail = "The event is nested more than 1024 levels deep";
    const refusal = JSON.stringify({ errors: { code: "400", detail } });
    assert.deepEqual(packets.filter((packet) => /^43[0-2]/.test(packet)), [0, 1, 2].map((id) => `43${id}[1,${refusal}]`));
    // Emitted as well, like every refusal; the third had no callback.
    const emitted = ["login", "messages", "login", "messages"].map((name) => `42["${name}",${refusal}]`);
    assert.deepEqual(packets.filter((packet) => packet.startsWith("42") && packet.includes(detail)), emitted);
  });

  test("an auth payload that is nested too deep is refused, and the client may try again", async () => {
    const { socket, packets } = await byHand();
    await once(socket, "message");
    socket.send(`40{"token":${"[".repeat(3000)}${"]".repeat(3000)}}`);
    await once(socket, "message");
    assert.equal(packets.at(-1), '44{"message":"The auth payload is nested too deep"}');
    socket.send("40");
    await once(socket, "message");
    assert.match(packets.at(-1), /^40{"sid"/);
  });

  test("an event before CONNECT is not handled", async () => {
    const { socket, packets, closed } = await byHand();
    socket.send('420["login",{"data":{"type":"login","user_auth":{"username":"early","password":"long enough"}}}]');
    setTimeout(() => socket.close(), 500).unref();
    await closed;
    assert.ok(!packets.some((packet) => packet.startsWith("430")));
  });
});
