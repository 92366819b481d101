// The list of a user's conversations: newest first, with unread counts, page by page.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { suite } from "./support/suite.mjs";

describe("conversations", () => {
  const t = suite();
  const names = ({ document }) => document.data.map(({ id }) => id);

  test("each with its last message, the unread count and how far both have come", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const first = (await ann.send(ben.username, "one", { lid: "mine" })).document.data.id;
    const last = (await ann.send(ben.username, "two", { lid: "mine too" })).document.data;
    await ben.receipt(ann.username, { read: first, delivered: last.id });
    const { lid, ...shown } = last;
    assert.equal(lid, "mine too");

    const bens = await ben.conversations();
    assert.equal(bens.status, 0);
    const ofBen = { delivered: last.id, read: first };
    const ofAnn = { delivered: "0", read: "0" };
    const conversation = { rid: ann.username, unread: 1, last: shown, own: ofBen, peer: ofAnn };
    assert.deepEqual(bens.document, { data: [{ type: "conversation", id: ann.username, conversation }], meta: { rows: 20 } });
    assert.deepEqual(ben.received.conversations.all, [bens.document], "emitted and acknowledged");
    const [anns] = (await ann.conversations()).document.data;
    assert.deepEqual(anns.conversation, { rid: ben.username, unread: 0, last: shown, own: ofAnn, peer: ofBen });
  });

  test("newest first; a new message brings its conversation to the top", async () => {
    const ann = await t.user("ann");
    const others = [];
    for (const stem of ["ben", "cleo", "dan"]) others.push(await t.user(stem));
    for (const other of others) await other.send(ann.username, "hello");
    const [ben, cleo, dan] = others.map(({ username }) => username);
    assert.deepEqual(names(await ann.conversations()), [dan, cleo, ben]);
    await ann.send(ben, "hello yourself");
    await ann.send(ann.username, "a note to myself");
    const list = await ann.conversations();
    assert.deepEqual(names(list), [ann.username, ben, dan, cleo]);
    assert.deepEqual(list.document.data.map(({ conversation }) => conversation.unread), [0, 1, 1, 1]);
    assert.deepEqual(names(await others[1].conversations()), [ann.username], "everybody sees their own");
  });

  test("pages follow each other by `next`, without gap or repetition", async () => {
    const ann = await t.user("ann");
    const all = [];
    for (let i = 0; i < 7; ++i) {
      const other = await t.user(`p${i}`);
      await other.send(ann.username, "hello");
      all.unshift(other.username);
    }
    const seen = [];
    let meta = { rows: 3 };
    for (;;) {
      const { document } = await ann.conversations(meta);
      seen.push(...document.data.map(({ id }) => id));
      if (document.meta.next === undefined) break;
      assert.equal(document.data.length, 3);
      meta = { rows: 3, before: document.meta.next };
    }
    assert.deepEqual(seen, all);
  });

  test("a message whose row was removed from the table hides nothing else", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const remove = (answer) => t.server.database.sql(`DELETE FROM message WHERE id = ${answer.document.data.id}`);
    await ann.send(ben.username, "kept");
    await remove(await ben.send(ann.username, "removed"));
    await remove(await ann.send(ann.username, "the only one"));
    const list = await ann.conversations();
    assert.deepEqual(names(list), [ben.username]);
    assert.equal(list.document.data[0].conversation.last.message.message_data, "kept");
    const back = await t.connect({ auth: { token: ann.token, since: "0" } });
    assert.equal((await back.messages.count(1))[0].data.message.message_data, "kept");
  });

  test("without any messages: an empty list", async () => {
    const ann = await t.user("ann");
    assert.deepEqual((await ann.conversations()).document, { data: [], meta: { rows: 20 } });
  });

  test("what is refused", async () => {
    const anonymous = await t.connect();
    const unknown = await anonymous.conversations();
    assert.deepEqual([unknown.status, unknown.document.errors.code], [2, "401"]);
    const ann = await t.user("ann");
    for (const meta of [{ rows: 0 }, { rows: 101 }, { rows: "3" }, { before: 5 }, { before: "x" }, 5]) {
      const { status, document } = await ann.conversations(meta);
      assert.deepEqual([status, document.errors.code], [1, "400"], JSON.stringify(meta));
    }
    assert.equal((await ann.request("conversations", { data: { type: "msg" } })).document.errors.code, "400");
  });
});
