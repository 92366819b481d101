// Paging through the messages of two users.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newUser } from "./support/client.mjs";
import { suite } from "./support/suite.mjs";

const total = 45;
const written = Array.from({ length: total }, (_, i) => `message ${i + 1} of ${total}${i % 10 === 0 ? " 100% 日本_語 😀 Straße" : ""}`);
let ann;
let ben;
let newest;

async function prepare(server) {
  ann = await newUser(server, "ann");
  ben = await newUser(server, "ben");
  const other = await newUser(server, "other");
  for (const [i, text] of written.entries()) {
    const sender = i % 3 === 0 ? ben : ann;
    const attributes = i === 0 ? { image: { url: "https://example.org/1.png", width: 1, height: 2 } } : undefined;
    newest = await sender.sendPatiently(sender === ann ? ben.username : ann.username, text, { attributes, lid: `lid ${i}` });
    if (i % 9 === 0) await other.send(ann.username, "of another conversation");
  }
  for (const client of [ann, ben, other]) client.close();
}

describe("searching", () => {
  const t = suite({ prepare });
  const code = ({ document }) => document.errors?.code;
  const texts = ({ document }) => document.data.map(({ message }) => message.message_data);

  const reader = (user = ann) => t.connect({ auth: { token: user.token } });

  test("without meta: page 1 of 20, newest first, both ways", async () => {
    const client = await reader();
    const { status, document } = await client.search(ann.username, ben.username);
    assert.equal(status, 0);
    const { next, ...meta } = document.meta;
    assert.deepEqual(meta, { rows: 20, page: 1, total, pages: 3 });
    assert.equal(typeof next, "string");
    assert.deepEqual(document.data[0], (({ lid, ...rest }) => rest)(newest.document.data));
    assert.deepEqual(document.data.map(({ message }) => message.message_data), written.slice(-20).reverse());
    assert.ok(document.data.every(({ lid }) => lid === undefined), "lid is not shown");
    assert.deepEqual(await client.received.msgsearch.wait(), document, "emitted as well");
  });

  test("pages of 10 make up the whole, for either of the two, either way round", async () => {
    for (const [user, sid, rid] of [[ann, ann, ben], [ben, ann, ben], [ann, ben, ann]]) {
      const client = await reader(user);
      const all = [];
      for (let page = 1; page <= 5; ++page) {
        const answer = await client.search(sid.username.toUpperCase(), rid.username, { rows: 10, page });
        assert.equal(answer.document.meta.pages, 5);
        assert.equal(answer.document.meta.next === undefined, page === 5);
        all.push(...texts(answer));
      }
      assert.deepEqual(all, written.slice().reverse());
      const past = await client.search(sid.username, rid.username, { rows: 10, page: 6 });
      assert.deepEqual([past.status, past.document.data, past.document.meta.total], [0, [], total]);
    }
  });

  test("the attributes come back", async () => {
    const { document } = await (await reader()).search(ann.username, ben.username, { rows: 45 });
    assert.deepEqual(document.data.at(-1).message.attributes, { image: { url: "https://example.org/1.png", width: 1, height: 2 } });
  });

  test("`before` walks the same way as pages do", async () => {
    const client = await reader();
    const all = [];
    let before;
    for (let i = 0; i < 20; ++i) {
      const answer = await client.search(ann.username, ben.username, before === undefined ? { rows: 7 } : { rows: 7, before, page: 3 });
      all.push(...texts(answer));
      before = answer.document.meta.next;
      if (before === undefined) break;
    }
    assert.deepEqual(all, written.slice().reverse());
  });

  test("`query` finds a part of the text, without regard to case, with nothing special in it", async () => {
    const client = await reader();
    const found = async (query) => texts(await client.search(ann.username, ben.username, { rows: 100, query }));
    const having = (part) => written.filter((text) => text.toLowerCase().includes(part.toLowerCase())).reverse();
    for (const query of ["MESSAGE 1", "100%", "日本_語", "本", "😀", "straße", "", "%", "_", "message 45 of"]) {
      assert.deepEqual(await found(query), having(query), query);
    }
    for (const query of ["1%0", "日_語", "😁", "'", "nothing like it"]) {
      assert.deepEqual(await found(query), [], query);
    }
    const { document } = await client.search(ann.username, ben.username, { rows: 2, page: 2, query: "100%" });
    assert.equal(document.meta.total, 5);
    assert.equal(document.meta.pages, 3);
    assert.deepEqual(document.data.map(({ message }) => message.message_data), having("100%").slice(2, 4));
  });

  test("nothing found is an answer", async () => {
    const user = await t.user();
    const { status, document } = await user.search(user.username, ann.username);
    assert.equal(status, 0);
    assert.deepEqual(document, { data: [], meta: { rows: 20, page: 1, total: 0, pages: 0 } });
  });

  test("what is refused", async () => {
    const client = await reader();
    const stranger = await t.user();
    const anonymous = await t.connect();
    for (const meta of [{ rows: 0 }, { rows: 101 }, { rows: -1 }, { rows: 1.5 }, { rows: "10" }, { page: 0 }, { page: -1 }, { page: 1.5 }, { page: "2" }, { query: 7 }, { before: "x" }]) {
      assert.equal(code(await client.search(ann.username, ben.username, meta)), "400", JSON.stringify(meta));
    }
    assert.equal(code(await client.search(ann.username, undefined)), "400");
    for (const [sid, rid] of [[ann.username, ben.username], ["nobody-1", "nobody-2"], [ann.username, "nobody-2"]]) {
      const answer = await stranger.search(sid, rid);
      assert.deepEqual([answer.status, code(answer)], [2, "403"]);
    }
    const nobody = await client.search(ann.username, "nobody-at-all");
    assert.deepEqual([nobody.status, code(nobody)], [1, "404"]);
    const unknown = await anonymous.search(ann.username, ben.username);
    assert.deepEqual([unknown.status, code(unknown)], [2, "401"]);
  });
});
