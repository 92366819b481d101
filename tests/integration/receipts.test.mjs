// Receipts: the positions `delivered` and `read` of each user and conversation, and unread counts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { suite } from "./support/suite.mjs";

describe("receipts", () => {
  const t = suite({ properties: { "receipts.burst": 15, "receipts.perSecond": 5 } });
  const receipt = ({ document }) => document.data.receipt;
  const code = ({ document }) => document.errors?.code;

  test("delivered, then read: the writer and the reader's other devices hear of it", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const bensPhone = await t.connect({ nsp: "/chat", auth: { token: ben.token } });
    const id = (await ann.send(ben.username, "hello")).document.data.id;
    const delivered = await ben.receipt(ann.username, { delivered: id });
    assert.equal(delivered.status, 0);
    const own = { sid: ben.username, rid: ann.username, delivered: id, read: "0", unread: 1 };
    assert.deepEqual(delivered.document, { data: { type: "receipt", receipt: own } });
    assert.deepEqual(receipt(await ben.receipt(ann.username, { read: id })), { ...own, read: id, unread: 0 });

    const { unread, ...told } = own;
    assert.equal(unread, 1);
    const receipts = (client) => client.received.receipts.all.map(({ data }) => data.receipt);
    await ann.received.receipts.count(2);
    assert.deepEqual(receipts(ann), [told, { ...told, read: id }], "unread counts are the reader's own");
    await bensPhone.received.receipts.count(2);
    assert.deepEqual(receipts(bensPhone), [own, { ...own, read: id, unread: 0 }]);
    assert.deepEqual(receipts(ben), receipts(bensPhone), "the asking socket too, once");
  });

  test("positions never go back, nor beyond the newest message", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const first = (await ann.send(ben.username, "one")).document.data.id;
    const second = (await ann.send(ben.username, "two")).document.data.id;
    assert.equal(receipt(await ben.receipt(ann.username, { read: "99999999999999999999999" })).read, second);
    const { delivered, read, unread } = receipt(await ben.receipt(ann.username, { read: first, delivered: first }));
    assert.deepEqual([delivered, read, unread], [second, second, 0]);
    await ann.send(ben.username, "three");
    assert.equal(receipt(await ben.receipt(ann.username)).unread, 1);
    const heard = ann.received.receipts.all.length;
    assert.equal(heard, 1, "what moves nothing is told to nobody");
  });

  test("the unread count is right however many devices report at once, and after a restart", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const ids = [];
    for (let i = 0; i < 12; ++i) ids.push((await ann.send(ben.username, `m${i}`)).document.data.id);
    await ben.send(ann.username, "mine is never unread to me");
    const devices = await Promise.all([0, 1, 2].map(() => t.connect({ auth: { token: ben.token } })));
    await Promise.all(ids.slice(0, 9).map((id, i) => devices[i % 3].receipt(ann.username, { read: id })));
    assert.equal(receipt(await ben.receipt(ann.username)).unread, 3);
    assert.equal(receipt(await ann.receipt(ben.username)).unread, 1);
    for (const client of [ann, ben, ...devices]) client.close();
    await t.server.restart("SIGKILL");
    const back = await t.connect({ auth: { token: ben.token } });
    assert.deepEqual(receipt(await back.receipt(ann.username)), { sid: ben.username, rid: ann.username, delivered: ids[8], read: ids[8], unread: 3 });
  });

  test("either of the two may ask how far the other has come, without the unread count", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const id = (await ann.send(ben.username, "hello")).document.data.id;
    await ben.receipt(ann.username, { read: id });
    const asked = await ann.receipt(ann.username.toUpperCase(), { sid: ben.username });
    assert.deepEqual(receipt(asked), { sid: ben.username, rid: ann.username, delivered: id, read: id });
  });

  test("what is refused", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const anonymous = await t.connect();
    const unknown = await anonymous.receipt(ann.username, { read: "1" });
    assert.deepEqual([unknown.status, code(unknown)], [2, "401"]);
    const forged = await ann.receipt(ann.username, { sid: ben.username, read: "1" });
    assert.deepEqual([forged.status, code(forged)], [2, "403"]);
    const others = await ann.receipt("somebody", { sid: ben.username });
    assert.deepEqual([others.status, code(others)], [2, "403"]);
    assert.equal(code(await ann.receipt("nobody-at-all", { read: "1" })), "404");
    for (const bad of [{ read: 1 }, { read: "x" }, { delivered: null }, { delivered: "-1" }]) {
      const answer = await ann.receipt(ben.username, bad);
      assert.deepEqual([answer.status, code(answer)], [1, "400"], JSON.stringify(bad));
    }
    assert.equal(code(await ann.request("receipts", { data: { type: "msg" } })), "400");
    assert.ok(ann.received.receipts.all.every(({ errors }) => errors), "refusals are emitted too");
    assert.equal(ann.received.receipts.all.length, 8);
  });

  test("too many at once are refused with a time to wait", async () => {
    const ann = await t.user("ann");
    const answers = await Promise.all(Array.from({ length: 40 }, () => ann.receipt(ann.username)));
    const refused = answers.filter((answer) => code(answer) === "429");
    assert.ok(refused.length > 0 && refused.length <= 25, `${refused.length} refused`);
    assert.ok(refused[0].document.meta.retry_after >= 1);
  });
});
