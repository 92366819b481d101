// Typing notices: sent at once, never stored.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { suite } from "./support/suite.mjs";

describe("typing", () => {
  const t = suite();
  const code = ({ document }) => document.errors?.code;
  // Between two polls a volatile event is dropped.
  const steady = { transports: ["websocket"] };
  const told = (client) => client.received.typing.all.map(({ data }) => data.typing);

  test("the other's sockets are told, and the asker's own devices aren't", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben", steady);
    const cleo = await t.user("cleo");
    const annsPhone = await t.connect({ auth: { token: ann.token } });
    const bensPhone = await t.connect({ ...steady, nsp: "/chat", auth: { token: ben.token } });
    const answer = await ann.typing(ben.username);
    const typing = { sid: ann.username, rid: ben.username, active: true, seconds: 6 };
    assert.deepEqual(answer, { status: 0, document: { data: { type: "typing", typing } } });
    await ben.received.typing.count(1);
    await bensPhone.received.typing.count(1);
    await ann.send(cleo.username, "after it");
    await annsPhone.messages.count(1);
    await cleo.messages.count(1);
    assert.deepEqual([ann, ben, bensPhone].map(told), [[typing], [typing], [typing]]);
    assert.deepEqual([annsPhone, cleo].map(told), [[], []]);
  });

  test("starting and stopping come in order", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben", steady);
    // One after the other, since a volatile event is dropped if it can't be sent at once.
    for (let i = 0; i < 6; ++i) {
      await ann.typing(ben.username, i % 2 === 0);
      await ben.received.typing.count(i + 1);
    }
    assert.deepEqual(told(ben).map(({ active }) => active), [true, false, true, false, true, false]);
  });

  test("an unknown receiver is no error", async () => {
    const ann = await t.user("ann");
    for (const rid of ["nobody-at-all", "no name at all", ann.username.toUpperCase()]) assert.equal((await ann.typing(rid)).status, 0);
    assert.equal(told(ann).length, 3, "answers");
  });

  test("what is refused", async () => {
    const anonymous = await t.connect();
    const unknown = await anonymous.typing("somebody");
    assert.deepEqual([unknown.status, code(unknown)], [2, "401"]);
    const ann = await t.user("ann");
    for (const [rid, active] of [[5], [""], ["ben", "yes"], ["ben", null]]) {
      const answer = await ann.typing(rid, active);
      assert.deepEqual([answer.status, code(answer)], [1, "400"], `${rid} ${active}`);
    }
    assert.equal(code(await ann.typing("b".repeat(1024))), "413");
    assert.ok(ann.received.typing.all.every(({ errors }) => errors));
  });

  test("too often is refused with a time to wait", async () => {
    const ann = await t.user("ann");
    const answers = await Promise.all(Array.from({ length: 50 }, () => ann.typing(ann.username)));
    const refused = answers.filter((answer) => code(answer) === "429");
    assert.ok(refused.length > 0 && refused.length <= 30, `${refused.length} refused`);
    assert.equal(refused[0].document.meta.retry_after, 1);
  });
});
