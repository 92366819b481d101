// Storing and delivering messages: the receivers, once, in order, and the content.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { suite } from "./support/suite.mjs";

describe("messages", () => {
  const t = suite();
  const code = ({ document }) => document.errors?.code;

  test("a message reaches every socket of both, once each, and is the callback's document", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const annsPhone = await t.connect({ auth: { token: ann.token }, nsp: "/chat" });
    const bensPhone = await t.connect({ auth: { token: ben.token }, nsp: "/chat" });
    const stranger = await t.user("stranger");
    const attributes = { image: { url: "https://example.org/a.png", width: 640, height: 480 }, mood: ["kept", { as: "it is" }] };

    const { status, document } = await ann.send(ben.username.toUpperCase(), "Hello, 世界 😀", { attributes, lid: "one" });
    assert.equal(status, 0);
    const { data } = document;
    assert.equal(data.type, "msg");
    assert.match(data.id, /^\d+$/);
    assert.equal(data.lid, "one");
    assert.match(data.message.date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(Math.abs(Date.parse(data.message.date) - Date.now()) < 60_000);
    const { date, ...rest } = data.message;
    assert.deepEqual(rest, { message_data: "Hello, 世界 😀", sid: ann.username, rid: ben.username, attributes });

    for (const client of [ann, annsPhone]) assert.deepEqual((await client.messages.wait()).data, data);
    const { lid, ...withoutLid } = data;
    for (const client of [ben, bensPhone]) assert.deepEqual((await client.messages.wait()).data, withoutLid, "lid is the sender's alone");

    // A socket that gets this last one has got all earlier ones.
    await ann.send(ben.username, "last");
    for (const client of [ann, annsPhone, ben, bensPhone]) assert.equal((await client.messages.count(2)).length, 2);
    assert.equal(stranger.messages.all.length, 0);
  });

  test("to oneself: one copy a socket", async () => {
    const user = await t.user();
    const phone = await t.connect({ auth: { token: user.token } });
    await user.send(user.username, "note");
    await user.send(user.username, "second note");
    for (const client of [user, phone]) {
      const texts = (await client.messages.count(2)).map(({ data }) => data.message.message_data);
      assert.deepEqual(texts, ["note", "second note"]);
    }
  });

  test("text is kept byte for byte; what is missing is empty", async () => {
    const user = await t.user();
    const texts = [" ", "a\u0000b", "e\u0301 \u202e rtl", "'; DROP TABLE message; --", "<b>&amp;</b>", "x".repeat(4096), "😀".repeat(4096)];
    for (const text of texts) {
      const { status, document } = await user.send(user.username, text);
      assert.equal(status, 0, text.slice(0, 20));
      assert.equal(document.data.message.message_data, text);
      assert.deepEqual(document.data.message.attributes, {});
    }
    const video = { url: "http://example.org/v.mp4", source: "example", length: 12.5 };
    const { document } = await user.send(user.username, undefined, { attributes: { video } });
    assert.equal(document.data.message.message_data, "");
    assert.deepEqual(document.data.message.attributes, { video });
    const { document: found } = await user.search(user.username, user.username, { rows: 100 });
    assert.deepEqual(found.data.map(({ message }) => message.message_data).reverse(), [...texts, ""]);
  });

  test("what a message must have", async () => {
    const user = await t.user();
    const message = { rid: user.username, message_data: "x" };
    const withMessage = (more) => ({ data: { type: "msg", message: { ...message, ...more } } });
    const deep = (levels) => (levels === 0 ? 1 : { a: deep(levels - 1) });
    const bad = [
      {},
      { data: { message } },
      { data: { type: "login", message } },
      { data: { type: "msg" } },
      { data: { type: "msg", message: [] } },
      withMessage({ rid: undefined }),
      withMessage({ rid: 5 }),
      withMessage({ message_data: undefined }),
      withMessage({ message_data: "" }),
      withMessage({ message_data: 5 }),
      withMessage({ attributes: [] }),
      withMessage({ attributes: "x" }),
      withMessage({ message_data: "", attributes: {} }),
      withMessage({ attributes: { image: "https://example.org/a.png" } }),
      withMessage({ attributes: { video: ["https://example.org/a.mp4"] } }),
      ...["javascript:alert(1)", "ftp://example.org/a", "//example.org/a", "http://", "https:///path", "", 7, null].map((url) => withMessage({ attributes: { image: { url } } })),
      withMessage({ attributes: { image: { data: Buffer.from("bytes") } } }),
      withMessage({ attributes: deep(3000) }),
      withMessage({ attributes: { any: [{ thing: { url: "data:text/html,x" } }] } }),
      ...["", "x".repeat(65), 7].map((lid) => ({ data: { type: "msg", lid, message } })),
    ];
    for (const document of bad) {
      const answer = await user.request("messages", document);
      assert.equal(answer.status, 1, JSON.stringify(document).slice(0, 200));
      assert.equal(code(answer), "400", JSON.stringify(document).slice(0, 200));
    }
    for (const document of [withMessage({ message_data: "x".repeat(4097) }), withMessage({ attributes: { pad: "x".repeat(16384) } }), withMessage({ attributes: deep(40) })]) {
      assert.equal(code(await user.request("messages", document)), "413");
    }
    assert.equal((await user.request("messages", withMessage({ message_data: "still here" }))).status, 0);
  });

  test("unknown members of the document and arguments after it are ignored", async () => {
    const user = await t.user();
    const message = { rid: user.username, message_data: "x", date: "1999-01-01T00:00:00.000Z", mood: "odd" };
    const { status, document } = await user.request("messages", { data: { type: "msg", id: "7", message, links: {} }, jsonapi: { version: "1.1" } }, "more", [1]);
    assert.equal(status, 0);
    assert.notEqual(document.data.id, "7");
    const { date, ...rest } = document.data.message;
    assert.ok(Date.parse(date) > Date.parse("2020-01-01"), "the date is the server's");
    assert.deepEqual(rest, { message_data: "x", sid: user.username, rid: user.username, attributes: {} });
    assert.deepEqual(Object.keys(document.data).sort(), ["id", "message", "type"]);
  });

  test("401 without a login, 403 as another user, 404 to an unknown user", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const anonymous = await t.connect();
    const unknown = await anonymous.send(ann.username, "who am I?");
    assert.deepEqual([unknown.status, code(unknown)], [2, "401"]);
    const forged = await ann.send(ben.username, "as you", { sid: ben.username });
    assert.deepEqual([forged.status, code(forged)], [2, "403"]);
    const nobody = await ann.send("nobody-at-all", "hello");
    assert.deepEqual([nobody.status, code(nobody)], [1, "404"]);
    assert.equal((await ann.send(ben.username, "as myself", { sid: ann.username.toUpperCase() })).status, 0);
    assert.deepEqual(await ben.messages.wait().then(({ data }) => data.message.message_data), "as myself");
    assert.equal(ben.messages.all.length, 1);
  });

  test("a lid that is sent again stores nothing and answers the same", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const annsPhone = await t.connect({ auth: { token: ann.token } });
    const first = await ann.send(ben.username, "once", { lid: "Key" });
    const again = await ann.send(ben.username, "something else", { lid: "Key" });
    assert.deepEqual(again, first);
    const otherCase = await ann.send(ben.username, "another", { lid: "key" });
    assert.notEqual(otherCase.document.data.id, first.document.data.id, "a lid is compared exactly");
    const bens = await ben.send(ann.username, "mine", { lid: "Key" });
    assert.notEqual(bens.document.data.id, first.document.data.id, "a lid is its sender's");

    await ben.send(ann.username, "last");
    const texts = (client) => client.messages.all.map(({ data }) => data.message.message_data);
    await ben.messages.count(4);
    await annsPhone.messages.count(4);
    await ann.messages.count(5);
    assert.deepEqual(texts(ben), ["once", "another", "mine", "last"]);
    assert.deepEqual(texts(annsPhone), ["once", "another", "mine", "last"]);
    assert.deepEqual(texts(ann), ["once", "once", "another", "mine", "last"]);
  });

  test("the same lid at the same moment makes one message", async () => {
    const ann = await t.user("ann");
    const phones = await Promise.all(Array.from({ length: 5 }, () => t.connect({ auth: { token: ann.token } })));
    const answers = await Promise.all(phones.map((phone) => phone.send(ann.username, "race", { lid: "race" })));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([0]));
    assert.equal(new Set(answers.map(({ document }) => document.data.id)).size, 1);
    assert.equal((await ann.search(ann.username, ann.username)).document.meta.total, 1);
  });

  test("callbacks come in the order of the requests; for each user ids grow and dates never go back", async () => {
    const users = await Promise.all(["ann", "ben", "cleo"].map((stem) => t.user(stem)));
    const [ann, ben, cleo] = users;
    const order = [];
    const sends = [];
    for (let i = 0; i < 24; ++i) {
      sends.push(ann.send(i % 2 ? ben.username : cleo.username, `a${i}`).then(() => order.push(i)));
      sends.push(ben.send(cleo.username, `b${i}`));
    }
    const answers = await Promise.all(sends);
    assert.equal(answers.length, 48);
    assert.deepEqual(order, Array.from({ length: 24 }, (_, i) => i));
    await cleo.messages.count(36);
    await ben.messages.count(36);
    for (const user of users) {
      const seen = user.messages.all.map(({ data }) => data);
      for (let i = 1; i < seen.length; ++i) {
        assert.ok(BigInt(seen[i].id) > BigInt(seen[i - 1].id), `${user.username} sees ids grow`);
        assert.ok(seen[i].message.date >= seen[i - 1].message.date);
      }
    }
  });

  test("too many at once are refused with a time to wait, and nothing of them is stored", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => ann.send(ben.username, `flood ${i}`)));
    const stored = answers.filter(({ status }) => status === 0);
    const refused = answers.filter((answer) => code(answer) === "429");
    assert.equal(stored.length + refused.length, 60);
    assert.ok(stored.length >= 30, `${stored.length} stored`);
    assert.ok(refused.length > 0);
    for (const { document } of refused) assert.ok(document.meta.retry_after >= 1);
    assert.equal((await ben.send(ann.username, "not held up")).status, 0);
    await delay(refused.at(-1).document.meta.retry_after * 1000);
    assert.equal((await ann.send(ben.username, "later")).status, 0);
    assert.equal((await ben.search(ben.username, ann.username)).document.meta.total, stored.length + 2);
  });
});
