// Socket.IO's protocol at its edges, packet by packet, against the conformance application.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, afterEach, before, describe, test } from "node:test";
import { io } from "socket.io-client-4.8";
import { ConformanceServer } from "./support/conformance.mjs";
import { PacketClient } from "./support/packets.mjs";

const Placeholder = (num) => `{"_placeholder":true,"num":${num}}`;

describe("the conformance application", () => {
  let server;
  const open = [];
  before(async () => {
    server = await ConformanceServer.start();
  });
  afterEach(() => {
    for (const closable of open.splice(0)) closable.close();
  });
  after(() => server?.end());

  const connect = async (options) => {
    const client = await PacketClient.connect(server, options);
    open.push(client);
    return client;
  };
  const entered = async (nsp, auth) => {
    const client = await connect();
    await client.enter(nsp, auth);
    return client;
  };
  /** Whether the client is still served. */
  const answers = async (client) => {
    client.send('29["message-with-ack","there?"]');
    assert.equal(await client.next(), '39["there?"]');
  };

  test("several namespaces share a connection, and leaving one leaves the others", async () => {
    const client = await connect();
    assert.equal(await client.enter("/"), '2["auth",{}]');
    assert.equal(await client.enter("/custom", '{"a":[1]}'), '2/custom,["auth",{"a":[1]}]');
    client.send('2/custom,["message",1]', '2["message",2]');
    assert.equal(await client.next(), '2/custom,["message-back",1]');
    assert.equal(await client.next(), '2["message-back",2]');
    client.send("1/custom,");
    await answers(client);
    assert.equal(await client.enter("/custom"), '2/custom,["auth",{}]');
  });

  test("a refusal has the connect handler's own message and data", async () => {
    const client = await connect();
    client.send("0/auth,");
    assert.equal(await client.next(), '4/auth,{"message":"unauthorized","data":{"code":401}}');
    client.send('0/auth,{"token":123}');
    assert.equal(await client.next(), '4/auth,{"message":"unauthorized","data":{"code":401}}');
    client.send("0/random,");
    assert.equal(await client.next(), '4/random,{"message":"Invalid namespace"}');
    assert.equal(await client.enter("/auth", '{"token": "123"}'), '2/auth,["auth",{"token": "123"}]');
  });

  test("the official client sees message and data of a refusal", async () => {
    const socket = io(`${server.url}/auth`, { forceNew: true, reconnection: false, auth: { token: "124" } });
    open.push(socket);
    const error = await new Promise((resolve) => socket.once("connect_error", resolve));
    assert.equal(error.message, "unauthorized");
    assert.deepEqual(error.data, { code: 401 });
  });

  test("a client of Socket.IO 2 is in / unasked, asks by query, and is refused with the data alone", async () => {
    const client = await connect({ eio: 3 });
    assert.equal(await client.next(), "0");
    assert.equal(await client.next(), '2["auth",{}]');
    client.send("0/auth?token=123");
    assert.equal(await client.next(), "0/auth,");
    assert.equal(await client.next(), '2/auth,["auth",{"token":"123"}]');
    const refused = await connect({ eio: 3 });
    assert.equal(await refused.next(), "0");
    assert.equal(await refused.next(), '2["auth",{}]');
    refused.send("0/auth?token=124");
    assert.equal(await refused.next(), '4/auth,{"code":401}');
  });

  for (const transport of ["websocket", "polling"]) {
    test(`a client that enters no namespace in time is closed, over ${transport}, even if it answers heartbeats`, async () => {
      if (transport === "websocket") {
        const client = await connect();
        await client.closed;
        return;
      }
      const url = `${server.url}/socket.io/?EIO=4&transport=polling`;
      const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
      for (;;) {
        const poll = await fetch(`${url}&sid=${sid}`);
        const text = await poll.text();
        if (poll.status === 400 || text.split("\x1e").includes("1")) return;
        assert.equal(text, "2");
        await fetch(`${url}&sid=${sid}`, { method: "POST", body: "3" });
      }
    });
  }

  test("close-me leaves the namespace alone, or ends the connection", async () => {
    const client = await entered();
    await client.enter("/custom");
    client.send('2/custom,["close-me",false]');
    assert.equal(await client.next(), "1/custom,");
    await answers(client);
    client.send('2["close-me",true]');
    await client.closed;
  });

  test("binary events and acknowledgements, nested, with several attachments", async () => {
    const client = await entered();
    const one = Buffer.from([1, 2, 3]);
    const two = Buffer.alloc(0);
    client.send(`52-["message",{"a":[${Placeholder(1)}],"b":${Placeholder(0)}}]`, one, two);
    assert.equal(await client.next(), `52-["message-back",{"a":[${Placeholder(1)}],"b":${Placeholder(0)}}]`);
    assert.deepEqual([await client.next(), await client.next()], [one, two]);
    client.send(`51-12["message-with-ack",[[${Placeholder(0)}]],"x"]`, one);
    assert.equal(await client.next(), `61-12[[[${Placeholder(0)}]],"x"]`);
    assert.deepEqual(await client.next(), one);
    client.send(`51-["broadcast",${Placeholder(0)}]`, one);
    assert.equal(await client.next(), `51-["broadcast-back",${Placeholder(0)}]`);
    assert.deepEqual(await client.next(), one);
  });

  test("a binary packet without attachments, as release 2 sends it for `binary(true)`, is an event like any other", async () => {
    const client = await entered();
    client.send('50-["message","x"]', '50-7["message-with-ack","y"]');
    assert.equal(await client.next(), '2["message-back","x"]');
    assert.equal(await client.next(), '37["y"]');
  });

  test("ten attachments are taken, eleven end the connection, and so does a number beyond all bounds", async () => {
    const client = await entered();
    const numbers = Array.from({ length: 10 }, (_, num) => num);
    client.send(`510-7["message-with-ack",${numbers.map(Placeholder)}]`, ...numbers.map((num) => Buffer.from([num])));
    assert.equal(await client.next(), `610-7[${numbers.map(Placeholder)}]`);
    for (const num of numbers) assert.deepEqual(await client.next(), Buffer.from([num]));
    for (const packet of ['511-["message"]', '599999999999999999999999-["message"]', '51e3-["message"]', '5-["message"]']) {
      const other = await entered();
      other.send(packet);
      await other.closed;
    }
  });

  test("a placeholder that stands for no attachment ends the sender's connection, and nobody else's", async () => {
    const receiver = io(server.url, { forceNew: true, reconnection: false });
    open.push(receiver);
    await once(receiver, "auth");
    for (const stray of ['{"_placeholder":true,"num":1}', '{"_placeholder":true,"num":-1}', '[{"a":{"_placeholder":true}}]', '{"_plac\\u0065holder":true,"num":7}']) {
      const sender = await entered();
      sender.send(`51-["broadcast",${Placeholder(0)},${stray}]`, Buffer.from([1]));
      await sender.closed;
      const asker = await entered();
      asker.send(`61-1[${stray}]`, Buffer.from([1]));
      await asker.closed;
    }
    const heard = once(receiver, "broadcast-back");
    const sender = await entered();
    // In a packet without attachments it is an ordinary value.
    sender.send('2["broadcast",{"_placeholder":true,"num":7}]');
    assert.deepEqual(await heard, [{ _placeholder: true, num: 7 }]);
  });

  test("reserved names end the connection", async () => {
    for (const name of ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]) {
      const client = await entered();
      client.send(`2["${name}",1]`);
      await client.closed;
    }
  });

  test("acknowledgements that aren't awaited are ignored, also binary ones and ids of 30 digits", async () => {
    const client = await entered();
    client.send("3456[1]", "3123456789012345678901234567890[]", `61-456[${Placeholder(0)}]`, Buffer.from([1]), "3[]");
    await answers(client);
  });

  test("invalid ids end the connection", async () => {
    for (const packet of ['2-1["message"]', '2abc["message"]', "3-1[]", '21.5["message"]']) {
      const client = await entered();
      client.send(packet);
      await client.closed;
    }
    const client = await entered();
    client.send('218446744073709551615["message-with-ack",1]');
    assert.equal(await client.next(), "318446744073709551615[1]");
  });

  test("an id beyond 64 bits comes back as it was sent, an absurd one ends the connection", async () => {
    const client = await entered();
    for (const id of ["18446744073709551616", "9".repeat(64)]) {
      client.send(`2${id}["message-with-ack",1]`);
      assert.equal(await client.next(), `3${id}[1]`);
    }
    client.send(`2${"9".repeat(65)}["message-with-ack",1]`);
    await client.closed;
  });

  test("an id beyond 64 bits comes back with bytes as well", async () => {
    const client = await entered();
    const id = "123456789012345678901234567890";
    client.send(`51-${id}["message-with-ack",{"_placeholder":true,"num":0}]`, Buffer.from([1, 2]));
    assert.equal(await client.next(), `61-${id}[{"_placeholder":true,"num":0}]`);
    assert.deepEqual(await client.next(), Buffer.from([1, 2]));
  });

  test("CONNECT twice leaves the socket as it is", async () => {
    const client = await entered();
    client.send("0", '0{"token":"123"}');
    await answers(client);
  });

  test("JSON comes back unchanged: lone surrogates escaped, duplicate keys, huge numbers", async () => {
    const client = await entered();
    for (const json of [
      '"\\ud800"',
      '"\\udfff\\ud83d"',
      '"😀\\u0000\\u001e"',
      '{"a":1,"a":2,"__proto__":{"b":3}}',
      "1e999",
      "9".repeat(50_000),
      "[]",
      "null",
    ]) {
      client.send(`2["message",${json}]`);
      assert.equal(await client.next(), `2["message-back",${json}]`);
    }
    client.send('2["message"]');
    assert.equal(await client.next(), '2["message-back"]');
  });

  test("a thousand levels come back; ten thousand are refused, and end nothing", async () => {
    const nested = (levels) => "[".repeat(levels) + "]".repeat(levels);
    const client = await entered();
    client.send(`2["message",${nested(1000)}]`);
    assert.equal(await client.next(), `2["message-back",${nested(1000)}]`);
    client.send(`2["message",${nested(10_000)}]`);
    assert.match(await client.next(), /^2\["message",\{"errors":\{"code":"400",/);
    await answers(client);
    const other = await connect();
    other.send(`0/auth,{"a":${nested(10_000)}}`);
    assert.equal(await other.next(), '4/auth,{"message":"The auth payload is nested too deep"}');
    await answers(await entered());
  });

  test("rooms: joined, reached without the sender, left; in each namespace its own", async () => {
    const [anna, ben, carl] = await Promise.all([entered(), entered(), entered("/custom")]);
    const room = '"a \\"room\\" ä"';
    anna.send(`2["join",${room}]`, `2["to-room",${room},"not to oneself"]`);
    await answers(anna);
    carl.send(`2/custom,["join",${room}]`);
    ben.send(`2["to-room",${room},1,{"b":2}]`);
    assert.equal(await anna.next(), '2["room-back",1,{"b":2}]');
    anna.send(`2["leave",${room}]`);
    await answers(anna);
    ben.send(`2["to-room",${room},2]`, '2["broadcast",3]');
    assert.equal(await ben.next(), '2["broadcast-back",3]');
    assert.equal(await anna.next(), '2["broadcast-back",3]');
    carl.send('2/custom,["broadcast"]');
    assert.equal(await carl.next(), '2/custom,["broadcast-back"]');
  });
});
