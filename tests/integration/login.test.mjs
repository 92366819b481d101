// Accounts, passwords, tokens, the end of a token.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { newName, passwordOf, refusal } from "./support/client.mjs";
import { openPlain } from "./support/plain.mjs";
import { suite } from "./support/suite.mjs";

describe("accounts and tokens", () => {
  const t = suite();

  test("a name that is new becomes an account, and is authenticated from then on", async () => {
    const name = newName("Ada");
    const first = await t.connect();
    const created = await first.login(name);
    assert.equal(created.status, 0);
    assert.equal(created.document.data.type, "login");
    assert.equal(created.document.data.user_auth.username, name);
    assert.equal(typeof created.document.data.id, "string");
    assert.equal(created.document.meta.created, true);
    assert.ok(created.document.meta.token.length >= 20);
    assert.match(created.document.meta.expires, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

    const again = await (await t.connect()).login(name.toUpperCase(), passwordOf(name));
    assert.equal(again.status, 0);
    assert.equal(again.document.meta.created, false);
    assert.equal(again.document.data.id, created.document.data.id);
    assert.equal(again.document.data.user_auth.username, name, "the name as it was registered");
    assert.notEqual(again.document.meta.token, created.document.meta.token);
  });

  test("the answer is emitted and acknowledged, without the password", async () => {
    const client = await t.connect();
    const name = newName();
    const { document } = await client.login(name);
    const emitted = await client.received.login.wait();
    assert.deepEqual(emitted, document);
    assert.ok(!JSON.stringify(emitted).includes(passwordOf(name)));
  });

  test("a wrong password is 401 with status 2, emitted as well", async () => {
    const user = await t.user();
    const stranger = await t.connect();
    const { status, document } = await stranger.login(user.username, "not the password");
    assert.equal(status, 2);
    assert.equal(document.errors.code, "401");
    assert.ok(document.errors.detail);
    assert.equal(document.data, undefined);
    assert.deepEqual(await stranger.received.login.wait(), document);
  });

  test("what a login document must have", async () => {
    const client = await t.connect();
    const user_auth = { username: newName(), password: "long enough" };
    const bad = [
      [],
      [null],
      ["text"],
      [17],
      [[]],
      [{}],
      [{ data: null }],
      [{ data: { type: "login" } }],
      [{ data: { user_auth } }],
      [{ data: { type: "msg", user_auth } }],
      [{ data: { type: "login", user_auth: { username: user_auth.username } } }],
      [{ data: { type: "login", user_auth: { password: user_auth.password } } }],
      ...["", "a b", "ümlaut", "x".repeat(33), 7, null].map((username) => [{ data: { type: "login", user_auth: { ...user_auth, username } } }]),
      ...["", "1234567", "x".repeat(1025), 12345678, null].map((password) => [{ data: { type: "login", user_auth: { ...user_auth, password } } }]),
    ];
    for (const args of bad) {
      const { status, document } = await client.request("login", ...args);
      assert.equal(status, 1, JSON.stringify(args));
      assert.equal(document.errors.code, "400", JSON.stringify(args));
      assert.ok(document.errors.detail.length > 0);
    }
  });

  test("with meta.create false a name without an account is answered 404, and none is created", async () => {
    const client = await t.connect();
    const data = { type: "login", user_auth: { username: newName("Typo"), password: "12345" } };
    for (let i = 0; i < 2; ++i) {
      const { status, document } = await client.request("login", { meta: { create: false }, data });
      assert.equal(status, 1);
      assert.equal(document.errors.code, "404");
    }
    assert.equal((await client.send(data.user_auth.username, "?")).document.errors.code, "401", "it is nobody still");
    const user = await t.user();
    data.user_auth = { username: user.username, password: passwordOf(user.username) };
    assert.equal((await client.request("login", { meta: { create: false }, data })).document.data.id, user.id);
  });

  test("passwords of 8 and of 1,024 characters are taken", async () => {
    for (const password of ["12345678", "pässwört", "😀".repeat(1024)]) {
      const name = newName();
      const client = await t.connect();
      assert.equal((await client.login(name, password)).status, 0);
      assert.equal((await client.login(name, password)).document.meta.created, false);
    }
  });

  test("simultaneous first logins of a name make one account", async () => {
    const name = newName();
    const clients = await Promise.all(Array.from({ length: 8 }, () => t.connect()));
    const answers = await Promise.all(clients.map((client) => client.login(name)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([0]));
    assert.equal(new Set(answers.map(({ document }) => document.data.id)).size, 1);
    assert.equal(answers.filter(({ document }) => document.meta.created).length, 1);
  });

  test("a login replaces the identity, a failed one leaves it", async () => {
    const user = await t.user("first");
    const other = await t.user("second");
    await user.login(other.username, "not the password");
    assert.equal((await user.send(user.username, "still the first")).document.data.message.sid, user.username);
    assert.equal((await user.login(other.username)).status, 0);
    assert.equal((await user.send(other.username, "now the second")).document.data.message.sid, other.username);
  });

  test("a token at CONNECT is an identity", async () => {
    const user = await t.user();
    const back = await t.connect({ auth: { token: user.token } });
    const { status, document } = await back.send(user.username, "by token");
    assert.equal(status, 0);
    assert.equal(document.data.message.sid, user.username);
  });

  test("a bad token refuses the connection; null is as absent", async () => {
    for (const token of ["nonsense", "", 17, {}, "A".repeat(5000)]) {
      const error = await refusal(t.server, { auth: { token } });
      assert.equal(error.data.errors.code, "401", JSON.stringify(token));
      assert.ok(error.message);
    }
    const client = await t.connect({ auth: { token: null } });
    assert.equal((await client.send("nobody", "hello")).document.errors.code, "401");
  });

  test("logout ends the token everywhere at once", async () => {
    const user = await t.user();
    const sameToken = await t.connect({ auth: { token: user.token }, nsp: "/chat" });
    const otherToken = await t.connect();
    await otherToken.login(user.username);

    const { status, document } = await user.request("logout");
    assert.equal(status, 0);
    assert.deepEqual(document.data, { type: "login", id: user.id, user_auth: { username: user.username } });

    for (const client of [user, sameToken]) {
      const refused = await client.send(user.username, "anybody?");
      assert.equal(refused.status, 2);
      assert.equal(refused.document.errors.code, "401");
    }
    assert.equal((await otherToken.send(user.username, "a login of its own")).status, 0);
    assert.equal((await refusal(t.server, { auth: { token: user.token } })).data.errors.code, "401");
    assert.equal((await user.request("logout")).document.errors.code, "401");
  });

  const Ended = ({ errors }) => errors !== undefined;

  test("logout tells the other sockets of the token at once, not the one that asked", async () => {
    const user = await t.user();
    const sameToken = await t.connect({ auth: { token: user.token }, nsp: "/chat" });
    const polling = await t.connect({ auth: { token: user.token }, transports: ["polling"] });
    const plain = await openPlain(t, { Authorization: `Bearer ${user.token}` });
    const otherToken = await t.connect();
    await otherToken.login(user.username);

    const start = Date.now();
    await user.request("logout");
    for (const client of [sameToken, polling]) {
      const document = await client.received.login.wait(Ended);
      assert.equal(document.errors.code, "401");
      assert.equal(document.errors.detail, "You have logged out elsewhere: log in again");
      assert.equal(document.data, undefined);
    }
    const frame = await plain.wait(({ event }) => event === "login");
    assert.equal(frame.data.errors.code, "401");
    assert.ok(Date.now() - start < 1000, "within a second");
    // They stay connected anonymously; each was told once, and the socket that logged out not at all.
    for (const client of [user, sameToken, polling]) {
      assert.equal((await client.send(user.username, "?")).document.errors.code, "401");
      assert.equal(client.received.login.all.filter(Ended).length, client === user ? 0 : 1);
    }
    assert.equal((await plain.ask("logout")).status, 2);
    assert.equal(plain.frames.filter(({ event }) => event === "login").length, 1);
    assert.equal(otherToken.received.login.all.filter(Ended).length, 0);
    assert.equal((await sameToken.login(user.username)).status, 0, "it may log in again");
  });

  test("a plain WebSocket that logs out is answered alone", async () => {
    const user = await t.user();
    const plain = await openPlain(t, { Authorization: `Bearer ${user.token}` });
    assert.equal((await plain.ask("logout")).status, 0);
    await user.received.login.wait(Ended);
    assert.equal((await plain.ask("logout")).status, 2);
    assert.equal(plain.frames.filter(({ event }) => event === "login").length, 0);
  });

  test("a token that expires on an open socket ends there within a second", async () => {
    const user = await t.user();
    const expires = Date.now() + 1500;
    const hash = createHash("sha256").update(user.token).digest("hex");
    await t.server.database.sql(`UPDATE session_token SET expires_at = ${expires} WHERE token_hash = '${hash}'`);
    const silent = await t.connect({ auth: { token: user.token } });
    const plain = await openPlain(t, { Authorization: `Bearer ${user.token}` });
    const document = await silent.received.login.wait(Ended);
    const frame = await plain.wait(({ event }) => event === "login");
    const late = Date.now() - expires;
    assert.ok(late >= 0 && late < 1000, `${late} ms after it`);
    for (const { errors } of [document, frame.data]) {
      assert.deepEqual(errors, { code: "401", detail: "Your login has expired: log in again" });
    }
    assert.equal((await silent.send(user.username, "?")).document.errors.code, "401");
    assert.equal(silent.received.login.all.length, 1);
  });

  test("failures are slowed down, and the wait holds for the right password too", async () => {
    const user = await t.user();
    const attacker = await t.connect();
    let refused = null;
    for (let i = 0; i < 10 && !refused; ++i) {
      const { status, document } = await attacker.login(user.username, `guess number ${i}`);
      if (document.errors.code === "429") refused = { status, document };
      else assert.equal(document.errors.code, "401");
      assert.ok(refused === null || i >= 5, "the first five are answered");
    }
    assert.ok(refused, "ten failures are too many");
    assert.equal(refused.status, 1);
    const wait = refused.document.meta.retry_after;
    assert.ok(wait > 0 && wait <= 30);
    assert.equal((await attacker.login(user.username)).document.errors.code, "429");
    const neighbour = await t.user();
    assert.ok(neighbour.token, "another account at the same address is not held up");
  });
});
