// Online state, sent to sockets that watch, and the time of the last visit.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newName, passwordOf } from "./support/client.mjs";
import { suite } from "./support/suite.mjs";

describe("presence", () => {
  const t = suite({ properties: { "presence.intervalMs": 100, "presence.graceSeconds": 1, "presence.writeSeconds": 1, "presence.users": 5, "presence.burst": 10, "presence.perSecond": 10 } });
  const watch = (client, ...users) => client.request("presence", { data: { type: "presence", users } });
  const code = ({ document }) => document.errors?.code;
  const states = ({ data }) => Object.fromEntries(data.map(({ id, presence }) => [id, presence.online]));
  const news = (client, name, online) =>
    client.received.presence.wait((document) => document.data?.some(({ id, presence }) => id === name && presence.online === online), `${name} ${online}`);

  test("the answer says who is online; changes follow", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const away = newName("cleo");
    const cleo = await t.connect();
    await cleo.login(away);
    cleo.close();
    const answer = await watch(ann, ben.username.toUpperCase(), "nobody-at-all");
    assert.deepEqual(answer, { status: 0, document: { data: [{ type: "presence", id: ben.username, presence: { online: true } }] } });
    assert.deepEqual(ann.received.presence.all, [answer.document], "emitted and acknowledged");
    await watch(ann, ben.username, away);

    ben.close();
    const gone = await news(ann, ben.username, false);
    const { seen } = gone.data.find(({ id }) => id === ben.username).presence;
    assert.match(seen, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(Math.abs(Date.now() - Date.parse(seen)) < 30_000, seen);
    const back = await t.connect();
    await back.login(ben.username);
    await ann.received.presence.wait(
      (document) => document !== answer.document && ann.received.presence.all.indexOf(document) > ann.received.presence.all.indexOf(gone) && states(document)[ben.username] === true,
      "ben to be back",
    );
  });

  test("there as long as one device is; a logout counts as leaving", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const phone = await t.connect({ auth: { token: ben.token } });
    const plainly = await t.connect({ nsp: "/chat" });
    await plainly.login(ben.username);
    await watch(ann, ben.username);
    ben.close();
    phone.close();
    // Longer than the grace period, measured by other users' connects: no event about ben.
    const cleo = await t.user("cleo");
    await watch(ann, ben.username, cleo.username);
    cleo.close();
    await news(ann, cleo.username, false);
    assert.ok(ann.received.presence.all.every((document) => states(document)[ben.username] !== false));
    await plainly.request("logout");
    await news(ann, ben.username, false);
  });

  test("a reconnect within the grace period isn't seen", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const cleo = await t.user("cleo");
    await watch(ann, ben.username, cleo.username);
    for (let i = 0; i < 3; ++i) {
      const next = t.connect({ auth: { token: ben.token } });
      if (i === 0) ben.close();
      const client = await next;
      if (i < 2) client.close();
    }
    cleo.close();
    await news(ann, cleo.username, false);
    assert.ok(ann.received.presence.all.every((document) => states(document)[ben.username] !== false));
  });

  test("sockets that don't watch aren't told", async () => {
    const ann = await t.user("ann");
    const ben = await t.user("ben");
    const cleo = await t.user("cleo");
    await watch(ann, ben.username);
    await watch(ann, cleo.username);
    ben.close();
    cleo.close();
    await news(ann, cleo.username, false);
    const dan = await t.user("dan");
    await watch(ann, dan.username);
    dan.close();
    await news(ann, dan.username, false);
    assert.ok(ann.received.presence.all.slice(1).every((document) => !(ben.username in states(document))), "the list was replaced");
  });

  test("last seen outlives the server", async () => {
    const ben = await t.user("ben");
    const before = Date.now();
    ben.close();
    const ann = await t.user("ann");
    await watch(ann, ben.username);
    ann.close();
    await t.server.restart();
    const again = await t.connect({ auth: { token: ann.token } });
    const { document } = await watch(again, ben.username);
    assert.equal(document.data[0].presence.online, false);
    assert.ok(Math.abs(Date.parse(document.data[0].presence.seen) - before) < 30_000);
  });

  test("what is refused", async () => {
    const anonymous = await t.connect();
    const unknown = await watch(anonymous, "somebody");
    assert.deepEqual([unknown.status, code(unknown)], [2, "401"]);
    const name = newName("ann");
    const ann = await t.connect();
    await ann.login(name, passwordOf(name));
    assert.equal(code(await watch(ann, "a", 5)), "400");
    assert.equal(code(await ann.request("presence", { data: { type: "presence", users: "ben" } })), "400");
    assert.equal(code(await watch(ann, "a", "b", "c", "d", "e", "f")), "413");
    const answers = await Promise.all(Array.from({ length: 30 }, () => watch(ann)));
    assert.ok(answers.some((answer) => code(answer) === "429"));
  });
});
