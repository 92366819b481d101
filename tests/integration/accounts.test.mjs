// Accounts as administered by an operator: with the command `user` while the server runs, and over its operations port.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { describe, test } from "node:test";
import { newName, passwordOf, refusal } from "./support/client.mjs";
import { openPlain } from "./support/plain.mjs";
import { binary, freePort } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const Ended = ({ errors }) => errors !== undefined;
const operationsPort = await freePort();

describe("accounts", () => {
  const t = suite({ properties: { "operations.port": operationsPort, "login.sweepSeconds": 1 } });

  /** Runs `chat-socketio user …` with the server's configuration: `{code, out, errors}`. */
  async function user(words, { input = "", config = true } = {}) {
    const options = config ? [`--config=${path.join(t.server.folder, "test.properties")}`] : [];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CHAT_")));
    const child = spawn(binary, ["user", ...words, ...options], { cwd: t.server.folder, env, timeout: 30_000 });
    let out = "";
    let errors = "";
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (errors += data));
    child.stdin.on("error", () => {}); // the command may end without reading
    child.stdin.end(input);
    const [code] = await once(child, "close");
    return { code, out, errors };
  }

  const command = (body, headers = {}) =>
    fetch(`http://127.0.0.1:${operationsPort}/commands/user`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  async function expectEnded(client, detail, since) {
    const document = await client.received.login.wait(Ended);
    assert.deepEqual(document.errors, { code: "401", detail });
    assert.ok(Date.now() - since < 1000, `told ${Date.now() - since} ms after the command had ended`);
    const answer = await client.send(client.username, "?");
    assert.equal(answer.status, 2);
    assert.equal(answer.document.errors.code, "401");
  }

  test("user add makes an account, with a password from the standard input or of its own", async () => {
    const name = newName();
    assert.deepEqual(await user(["add", name], { input: `${passwordOf(name)}\n` }), { code: 0, out: `added ${name}\n`, errors: "" });
    assert.equal((await (await t.connect()).login(name)).document.meta.created, false);
    const made = newName();
    const { code, out } = await user(["add", "--generate", made]);
    assert.equal(code, 0);
    const password = /^password (\S{20,})$/m.exec(out)[1];
    assert.equal((await (await t.connect()).login(made, password)).status, 0);
  });

  test("user disable: the open sockets are told and can't post, and logins are refused; user enable allows them again", async () => {
    const client = await t.user();
    const plain = await openPlain(t, { Authorization: `Bearer ${client.token}` });
    assert.equal((await client.send(client.username, "I post")).status, 0);
    const { code, out } = await user(["disable", client.username.toUpperCase()]);
    const since = Date.now();
    assert.deepEqual([code, out], [0, `disabled ${client.username}, 1 token ended\n`]);
    await expectEnded(client, "This account is disabled", since);
    assert.equal((await plain.wait(({ event }) => event === "login")).data.errors.code, "401");

    const refused = await client.login(client.username);
    assert.equal(refused.status, 2);
    assert.deepEqual(refused.document.errors, { code: "403", detail: "This account is disabled" });
    assert.equal((await refusal(t.server, { auth: { token: client.token } })).data.errors.code, "401");
    assert.match((await user(["list"])).out, new RegExp(`^${client.username}\tdisabled\t\\S+Z\t\\S+Z$`, "m"));

    assert.equal((await user(["enable", client.username])).code, 0);
    assert.equal((await client.login(client.username)).status, 0);
  });

  test("user passwd and user revoke end every token on open sockets", async () => {
    const client = await t.user();
    assert.equal((await user(["revoke", client.username])).code, 0);
    await expectEnded(client, "Your login was ended: log in again", Date.now());
    const again = Object.assign(await t.connect(), { username: client.username });
    assert.equal((await again.login(client.username)).status, 0);
    assert.equal((await user(["passwd", client.username], { input: "another password\n" })).code, 0);
    await expectEnded(again, "The password was changed: log in again", Date.now());
    assert.equal((await again.login(client.username, "another password")).status, 0);
  });

  test("the same over the operations port", async () => {
    const client = await t.user();
    const answer = await command({ words: ["disable", client.username] });
    const since = Date.now();
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { output: `disabled ${client.username}, 1 token ended\n` });
    await expectEnded(client, "This account is disabled", since);
    assert.equal((await command({ words: ["enable", client.username] })).status, 200);
    const name = newName();
    assert.equal((await command({ words: ["add", name], secret: passwordOf(name) })).status, 200);
    assert.equal((await client.login(name)).document.meta.created, false);
    const { output } = await (await command({ words: ["list"] })).json();
    assert.ok(output.includes(`${name}\tenabled\t`));
  });

  test("the operations port refuses invalid commands, and every page of a browser", async () => {
    const words = ["list"];
    const cases = [
      [403, () => command({ words }, { Origin: "http://127.0.0.1" })],
      [415, () => command({ words }, { "Content-Type": "text/plain" })],
      [400, () => command({ words: "list" })],
      [400, () => command({ words: [7] })],
      [400, () => command({ words: ["add", newName()] })],
      [404, () => command({ words: ["disable", newName()] })],
      [404, () => fetch(`http://127.0.0.1:${operationsPort}/commands/other`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" })],
      [405, () => fetch(`http://127.0.0.1:${operationsPort}/commands/user`)],
      [403, () => fetch(`http://127.0.0.1:${operationsPort}/plugins/rescan`, { method: "POST", headers: { Origin: "http://evil.example" } })],
    ];
    for (const [status, ask] of cases) assert.equal((await ask()).status, status, ask.toString());
    assert.equal((await fetch(`${t.server.url}/commands/user`, { method: "POST" })).status, 405, "not on the clients' port");
  });

  test("a token that is removed from the database by hand ends on open sockets too", async () => {
    const client = await t.user();
    await t.server.database.sql(`DELETE FROM session_token WHERE account_id = ${client.id}`);
    await client.received.login.wait(Ended);
    assert.equal((await client.send(client.username, "?")).document.errors.code, "401");
  });

  test("the exit code is the result of a command", async () => {
    assert.equal((await user([])).code, 64);
    assert.match((await user(["nonsense"])).errors, /user add NAME/);
    const missing = await user(["disable", newName()]);
    assert.equal(missing.code, 1);
    assert.match(missing.errors, /^No account has the name/);
    assert.equal((await user(["add", newName()])).code, 64, "no password was given");
    assert.equal((await user(["list"], { config: false })).code, 78, "there is no configuration");
  });

  test("a command runs while no server does", async () => {
    await t.server.end();
    const name = newName();
    assert.equal((await user(["add", name], { input: `${passwordOf(name)}\n` })).code, 0);
    await t.server.launch();
    assert.equal((await (await t.connect()).login(name)).document.meta.created, false);
  });
});
