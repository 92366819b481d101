// A client that reconnects misses nothing, gets nothing twice, and gets everything in order.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { refusal } from "./support/client.mjs";
import { pollingSession, webSocket } from "./support/requests.mjs";
import { suite } from "./support/suite.mjs";

describe("coming back", () => {
  const t = suite();
  const texts = (documents) => documents.map(({ data }) => data.message.message_data);

  test("messages written while a client was away come in order, both ways, before anything newer", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const cleo = await t.user("cleo");
    const seen = await ann.send(ben.username, "seen");
    const bensPhone = await t.connect({ auth: { token: ben.token } });
    ben.close();
    await ann.send(ben.username, "missed 1");
    await bensPhone.send(cleo.username, "own 2", { lid: "from the phone" });
    await cleo.send(ben.username, "missed 3");
    await ann.send(cleo.username, "none of ben's business");

    const back = await t.connect({ auth: { token: ben.token, since: seen.document.data.id } });
    await back.messages.count(3);
    await ann.send(ben.username, "live 4");
    const documents = await back.messages.count(4);
    assert.deepEqual(texts(documents), ["missed 1", "own 2", "missed 3", "live 4"]);
    assert.equal(documents[1].data.lid, "from the phone");
    assert.equal(documents[0].data.lid, undefined);
  });

  test('"0" means all, the last id nothing, a number beyond all nothing', async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    let last;
    for (let i = 0; i < 5; ++i) last = (await ann.send(ben.username, `m${i}`)).document.data.id;
    const all = await t.connect({ auth: { token: ben.token, since: "0" } });
    assert.deepEqual(texts(await all.messages.count(5)), ["m0", "m1", "m2", "m3", "m4"]);
    const none = await t.connect({ auth: { token: ben.token, since: last } });
    const beyond = await t.connect({ auth: { token: ben.token, since: "18446744073709551615" } });
    await ann.send(ben.username, "new");
    assert.deepEqual(texts(await none.messages.count(1)), ["new"]);
    assert.equal(beyond.socket.connected, true);
  });

  test("anything but digits is refused with 400", async () => {
    const user = await t.user();
    for (const since of ["", "x", "-1", "1.5", " 1", 5, {}, true]) {
      const error = await refusal(t.server, { auth: { token: user.token, since } });
      assert.equal(error.data.errors.code, "400", JSON.stringify(since));
    }
  });

  test("replay and live traffic join without a gap and without a duplicate", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const total = 90;
    let sent = 0;
    const writing = (async () => {
      while (sent < total) {
        const burst = Array.from({ length: 3 }, () => ann.sendPatiently(ben.username, `n${sent++}`));
        await Promise.all(burst);
      }
    })();
    const readers = [];
    while (readers.length < 12 && sent < total) {
      readers.push(await t.connect({ auth: { token: ben.token, since: "0" } }));
      await ben.messages.count(Math.min(sent - 6, total));
    }
    await writing;
    const wanted = texts(await ben.messages.count(total));
    assert.equal(new Set(wanted).size, total);
    for (const reader of readers) assert.deepEqual(texts(await reader.messages.count(total)), wanted);
  });
});

describe("a replay of messages that are longer than gateway.replayWindow", () => {
  const t = suite({ properties: { "gateway.replayWindow": 1024, "gateway.replayStall": 1500 } });

  for (const transports of [["websocket"], ["polling"]]) {
    test(`comes whole over ${transports}`, async () => {
      const [ann, ben] = [await t.user("ann"), await t.user("ben")];
      for (let i = 0; i < 4; ++i) await ann.send(ben.username, `${i}`.repeat(2000));
      const back = await t.connect({ auth: { token: ben.token, since: "0" }, transports, reconnection: false });
      const documents = await back.messages.count(4);
      assert.deepEqual(documents.map(({ data }) => data.message.message_data[0]), ["0", "1", "2", "3"]);
    });
  }
});

describe("coming back by polling", () => {
  const t = suite({ properties: { "gateway.replayWindow": 1024 } });

  test("a replay that waits for a poll goes on over the WebSocket that comes instead", async () => {
    const total = 40;
    const ann = await t.user("ann");
    for (let i = 0; i < total; ++i) assert.equal((await ann.sendPatiently(ann.username, `number ${i}`)).status, 0);
    const auth = { token: ann.token, since: "0" };
    const polling = await pollingSession(t.server, "/socket.io/", "EIO=4");
    assert.equal((await polling.post(`40/chat,${JSON.stringify(auth)}`)).status, 200);
    // When another client has got everything, this one's window is full.
    await (await t.connect({ auth })).messages.count(total);

    const socket = await webSocket(t, polling.upgradePath);
    socket.send("2probe");
    assert.equal(await socket.next(), "3probe");
    socket.send("5");
    const texts = [];
    while (texts.length < total) {
      const packet = await socket.next();
      if (packet.startsWith("42/chat,")) texts.push(JSON.parse(packet.slice(8))[1].data.message.message_data);
    }
    assert.deepEqual(texts, Array.from({ length: total }, (_, i) => `number ${i}`));
  });
});
