// Searching as people type: `meta.search`.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newUser } from "./support/client.mjs";
import { suite } from "./support/suite.mjs";

const texts = ({ document }) => document.data.map(({ message }) => message.message_data);
const code = ({ document }) => document.errors?.code;

describe("searching as people type", () => {
  const t = suite({ properties: { "messages.burst": 100_000, "messages.perSecond": 100_000 } });

  const find = (client, search, more = {}) => client.request("msgsearch", { meta: { search, ...more }, data: { type: "msg" } });

  test("words, phrases and operators over all of one's own messages", async () => {
    const [ann, ben, cleo] = [await t.user("ann"), await t.user("ben"), await t.user("cleo")];
    await ann.send(ben.username, "The red house is sold");
    await ben.send(ann.username, "Which house? The red one?", { attributes: { image: { url: "https://example.org/house.png" } } });
    await cleo.send(ann.username, "house red wine, see https://example.org/");
    await cleo.send(ben.username, "red house, none of Ann's business");
    const found = async (search) => texts(await find(ann, search));
    assert.deepEqual(await found("HOUSE red"), ["house red wine, see https://example.org/", "Which house? The red one?", "The red house is sold"]);
    assert.deepEqual(await found('"red house"'), ["The red house is sold"]);
    assert.deepEqual(await found(`house from:${ben.username}`), ["Which house? The red one?"]);
    assert.deepEqual(await found(`house in:${cleo.username}`), ["house red wine, see https://example.org/"]);
    assert.deepEqual(await found("has:image"), ["Which house? The red one?"]);
    assert.deepEqual(await found("has:link"), ["house red wine, see https://example.org/"]);
    assert.deepEqual(await found("from:me"), ["The red house is sold"]);
    assert.deepEqual(await found("red after:2020 before:2021"), []);
    const { document } = await find(ann, "house", { rows: 2 });
    assert.deepEqual(document.meta, { rows: 2, next: document.data[1].id });
    assert.deepEqual(texts(await find(ann, "house", { rows: 2, before: document.meta.next })), ["The red house is sold"]);
    const ofTwo = await ann.search(ann.username, ben.username, { search: "house" });
    assert.equal(ofTwo.document.data.length, 2);
  });

  test("what people type finds what people wrote", async () => {
    const ann = await t.user("ann");
    const written = ["Café Straße İzmir", "日本語のテスト", "👍🏽 ﬁne", "Ｆｕｌｌ width", "x"];
    for (const text of written) await ann.send(ann.username, text);
    for (const [typed, index] of [["cafe", 0], ["CAFE\u0301", 0], ["strasse izmir", 0], ["本", 1], ["ﾃｽﾄ", 1], ["👍", 2], ["fine", 2], ["full", 3], ["x", 4]]) {
      assert.deepEqual(texts(await find(ann, typed)), [written[index]], typed);
    }
    assert.deepEqual(texts(await find(ann, "càfe")), []);
    assert.deepEqual(texts(await ann.search(ann.username, ann.username, { query: "fé st" })), [written[0]], "`query` compares in the same way");
  });

  test("what is wrong with a search is said", async () => {
    const ann = await t.user("ann");
    for (const [search, words] of [['"open', /quote/], ["from:", /username/], ["before:soon", /date/], ["has:sound", /image, video or link/]]) {
      const { status, document } = await find(ann, search);
      assert.deepEqual([status, document.errors.code], [1, "400"], search);
      assert.match(document.errors.detail, words);
    }
    assert.equal(code(await find(ann, "from:nobody-at-all")), "404");
    assert.equal(code(await find(ann, "x".repeat(1025))), "413");
    assert.equal(code(await find(ann, 5)), "400");
    assert.equal(code(await find(await t.connect(), "x")), "401");
  });

  test("searches of one user don't run at the same time", async () => {
    const ann = await t.user("ann");
    for (let i = 0; i < 3; ++i) await ann.send(ann.username, `note ${i}`);
    const devices = await Promise.all(Array.from({ length: 8 }, () => t.connect({ auth: { token: ann.token } })));
    for (let round = 0; round < 5; ++round) {
      const answers = await Promise.all(devices.map((device) => find(device, "note")));
      for (const answer of answers) {
        if (answer.status === 0) assert.equal(answer.document.data.length, 3);
        else assert.deepEqual([code(answer), answer.document.meta.retry_after], ["429", 1]);
      }
      assert.ok(answers.some(({ status }) => status === 0));
    }
    assert.equal((await find(devices[0], "note")).status, 0, "and afterwards again");
  });

  test("no text causes a fault", async () => {
    const ann = await t.user("ann");
    let seed = 20261122;
    const random = (below) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    const character = () => {
      const kinds = [() => random(0x80), () => random(0x3000), () => 0x300 + random(0x70), () => 0x1f000 + random(0xa00), () => random(0x110000), () => '": fromhas'.charCodeAt(random(10))];
      const point = kinds[random(kinds.length)]();
      return point >= 0xd800 && point < 0xe000 ? "x" : String.fromCodePoint(point);
    };
    const someText = () => Array.from({ length: 1 + random(12) }, character).join("");
    for (let i = 0; i < 300; ++i) {
      const text = someText();
      assert.equal((await ann.send(ann.username, text)).status, 0, JSON.stringify(text));
      const literal = await ann.search(ann.username, ann.username, { query: text, rows: 100 });
      assert.ok(texts(literal).includes(text), `found by itself: ${JSON.stringify(text)}`);
      const typed = await find(ann, someText());
      assert.ok(typed.status === 0 || ["400", "404"].includes(code(typed)), JSON.stringify(typed.document.errors));
    }
  });
});

describe("a limit of the time", () => {
  const count = 4_000;
  const t = suite({
    properties: { "messages.burst": 100_000, "messages.perSecond": 100_000, "msgsearch.timeMs": 10 },
    prepare: async (server) => {
      const ann = await newUser(server, "ann");
      for (let sent = 0; sent < count; sent += 200) {
        await Promise.all(Array.from({ length: 200 }, (_, i) => ann.send(ann.username, sent + i === 0 ? "the first one" : "e".repeat(500))));
      }
      t.ann = t.keep(ann);
    },
  });

  test("a search that takes too long answers in parts that make up the whole", async () => {
    const { ann } = t;
    const all = [];
    let before;
    let answers = 0;
    do {
      const { status, document } = await ann.request("msgsearch", { meta: { search: "t", rows: 100, before }, data: { type: "msg" } });
      assert.equal(status, 0);
      all.push(...texts({ document }));
      if (document.meta.partial) assert.ok(document.data.length < 100 && document.meta.next);
      before = document.meta.next;
    } while (before !== undefined && ++answers < 1_000);
    assert.deepEqual(all, ["the first one"]);
    const { document } = await ann.search(ann.username, ann.username, { query: "e", rows: 1 });
    const { total, partial = false } = document.meta;
    assert.ok(partial ? total >= 1 && total < count : total === count, JSON.stringify(document.meta));
  });
});
