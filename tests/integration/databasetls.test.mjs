// TLS to the database: with a MariaDB server of its own, or MySQL (CHAT_MYSQL_ROOT), whose certificate changes from test
// to test.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { Authority } from "./support/certificates.mjs";
import { newUser } from "./support/client.mjs";
import { DatabaseServer, hasServer } from "./support/databaseserver.mjs";
import { killRun } from "./support/killrun.mjs";
import { binary, TestServer, until } from "./support/server.mjs";

const skip = (await hasServer()) ? false : "MariaDB is not installed";
const unlimited = { "messages.burst": 100_000, "messages.perSecond": 100_000 };
const codeOf = ({ status, document }) => (status === 0 ? "0" : document.errors.code);

const readiness = async (server) => {
  const answer = await fetch(`${server.url}/readyz`);
  return { status: answer.status, text: await answer.text() };
};
const becomes = (server, status, timeout) =>
  until(async () => {
    const now = await readiness(server);
    return now.status === status && now;
  }, `/readyz to be ${status}`, timeout);

describe("TLS to the database", { skip }, () => {
  let folder, database, ours, theirs, client;
  const certificates = {};
  const ended = [];

  before(async () => {
    folder = await fs.mkdtemp(path.join(process.env.CHAT_MYSQL_ROOT ?? "", os.tmpdir(), "chat-tls-"));
    ours = await Authority.create(path.join(folder, "ours"));
    theirs = await Authority.create(path.join(folder, "theirs"));
    certificates.right = await ours.issue("right");
    certificates.expired = await ours.issue("expired", { days: -1 });
    certificates.elsewhere = await ours.issue("elsewhere", { names: "DNS:elsewhere.test,IP:127.0.0.9" });
    certificates.stranger = await theirs.issue("stranger");
    client = await ours.issue("client");
    await copy("right");
    // MySQL takes no certificate that it doesn't know itself.
    const known = await Promise.all([ours, theirs].map(({ certificate }) => fs.readFile(certificate, "utf8")));
    await fs.writeFile(path.join(folder, "authorities.pem"), known.join(""));
    const inside = folder.slice(process.env.CHAT_MYSQL_ROOT?.length ?? 0);
    const files = [`--ssl-ca=${inside}/authorities.pem`, `--ssl-cert=${inside}/server.pem`, `--ssl-key=${inside}/server.key`];
    database = await DatabaseServer.start({ options: files, clientOptions: ["--ssl", "--disable-ssl-verify-server-cert"] });
    await database.sql("SET GLOBAL require_secure_transport = ON");
  });
  afterEach(async () => {
    for (const one of ended.splice(0).reverse()) await one.dispose();
    await present("right");
  });
  after(async () => {
    await database?.dispose();
    await fs.rm(folder, { recursive: true, force: true });
  });

  async function copy(name) {
    await fs.copyFile(certificates[name].certificate, path.join(folder, "server.pem"));
    await fs.copyFile(certificates[name].key, path.join(folder, "server.key"));
  }
  /** From now on new connections get this certificate. */
  async function present(name) {
    await copy(name);
    await database.sql(database.isMySql ? "ALTER INSTANCE RELOAD TLS" : "FLUSH SSL");
  }
  const verified = () => ({ "database.tls": "verify", "database.tlsCa": ours.certificate });

  async function serve(properties) {
    const server = await TestServer.start({ ...(await database.database()), ...unlimited, ...properties });
    ended.push(server);
    return server;
  }

  async function exchange(server, ...messages) {
    const [ann, ben] = await Promise.all(["ann", "ben"].map((stem) => newUser(server, stem)));
    for (const text of messages) assert.equal(codeOf(await ann.send(ben.username, text)), "0");
    const got = await ben.messages.count(messages.length);
    assert.deepEqual(got.map(({ data }) => data.message.message_data), messages);
    ann.close();
    ben.close();
  }

  /** Why a server that starts doesn't get its database; it is ended then. */
  async function refusal(properties) {
    const own = await fs.mkdtemp(path.join(folder, "server-"));
    const server = new TestServer(own, { properties: {}, drop: async () => {} }, properties);
    ended.push(server);
    let isServed = false;
    const launched = server.launch().then(
      () => (isServed = true),
      () => {},
    );
    const why = await until(
      async () => (isServed ? "none: it was served" : /waiting for the database: (.*)/.exec(await server.log().catch(() => ""))?.[1]),
      "a refusal",
    );
    const { code } = await server.end();
    await launched;
    assert.equal(code, 0);
    return why;
  }

  for (const host of ["127.0.0.1", "localhost"]) {
    test(`verify: the chat works with the right certificate for ${host}, where plain connections are refused`, async () => {
      const server = await serve({ ...verified(), "database.host": host });
      await exchange(server, "one", "two");
      const { stdout } = await promisify(execFile)(binary, [`--config=${server.folder}/test.properties`, "user", "list"], { cwd: server.folder });
      assert.match(stdout, /^ann/m);
    });
  }

  test("off: plain, also if the database offers TLS, and refused where the database demands it", async () => {
    assert.match(await refusal(await database.database()), /secure.transport|Access denied/i);
    await database.sql("SET GLOBAL require_secure_transport = OFF");
    try {
      const accepts = () => database.sql("SHOW GLOBAL STATUS LIKE 'Ssl_finished_accepts'").then((text) => Number(text.split("\t")[1]));
      const before = await accepts();
      await exchange(await serve({}), "plain");
      // Those of the questions and of the database that was made.
      assert.ok((await accepts()) - before <= 3);
    } finally {
      await database.sql("SET GLOBAL require_secure_transport = ON");
    }
  });

  const Refused = {
    stranger: /TLS\/SSL error.*(certificate|issuer|trusted)/i,
    expired: /TLS\/SSL error.*expired/i,
    elsewhere: /TLS\/SSL error.*(Validation|Hostname)/i,
  };
  for (const [name, words] of Object.entries(Refused)) {
    test(`verify: the certificate '${name}' is refused, and nothing is stored`, async (t) => {
      if (database.isMySql && name === "expired") return t.skip("MySQL doesn't load it");
      await present(name);
      const properties = await database.database();
      // By its name: newer releases of the client library don't check that of 127.0.0.1.
      assert.match(await refusal({ ...properties, ...verified(), "database.host": "localhost" }), words);
      assert.equal(await database.sql(`SHOW TABLES FROM ${properties["database.name"]}`), "");
    });
  }

  test("required: encrypted with any certificate", async () => {
    await present("stranger");
    await exchange(await serve({ "database.tls": "required" }), "encrypted");
  });

  test("a database without TLS is refused, never used in plain", async (t) => {
    if (database.isMySql) return t.skip("without TLS MySQL 9 refuses the administrator's login too");
    const plain = await DatabaseServer.start({ options: ["--skip-ssl"] });
    ended.push(plain);
    const properties = await plain.database();
    for (const tls of [verified(), { "database.tls": "required" }]) {
      assert.match(await refusal({ ...properties, ...tls }), /TLS\/SSL error.*(does not support|offers none)/);
      assert.equal(await plain.sql(`SHOW TABLES FROM ${properties["database.name"]}`), "");
    }
  });

  test("a client certificate, if the account demands one", async () => {
    const properties = await database.database();
    await database.sql("ALTER USER 'chat'@'127.0.0.1' REQUIRE X509");
    try {
      assert.match(await refusal({ ...properties, ...verified() }), /Access denied/);
      const own = { "database.tlsCertificate": client.certificate, "database.tlsKey": client.key };
      await exchange(await serve({ ...properties, ...verified(), ...own }), "known");
    } finally {
      await database.sql("ALTER USER 'chat'@'127.0.0.1' REQUIRE NONE");
    }
  });

  test("a certificate that is exchanged while the server runs: refused or taken at the next connection", async () => {
    const server = await serve(verified());
    await present("stranger");
    await database.endConnections();
    const { text } = await becomes(server, 503, 6000);
    assert.match(text, /TLS\/SSL error/);
    await present("right");
    await becomes(server, 200, 5000);
    await exchange(server, "after");
  });

  test("connections that end, and a database that is restarted: TLS again on every way to it", async () => {
    const server = await serve(verified());
    const [ann, ben] = await Promise.all(["ann", "ben"].map((stem) => newUser(server, stem)));
    for (let i = 0; i < 5; ++i) {
      await database.endConnections();
      await until(async () => codeOf(await ann.send(ben.username, `after ${i}`, { lid: `${i}` })) === "0", "a message to be taken");
    }
    await database.end();
    await becomes(server, 503);
    database.options.push("--require-secure-transport=ON");
    try {
      await database.launch();
    } finally {
      database.options.pop();
    }
    await becomes(server, 200, 5000);
    assert.equal(codeOf(await ann.send(ben.username, "last")), "0");
    assert.equal((await ben.messages.count(6)).length, 6);
    ann.close();
    ben.close();
  });

  test("a database that stands still: 503 in time, and served again when it goes on", async () => {
    const server = await serve(verified());
    const [ann, ben] = await Promise.all(["ann", "ben"].map((stem) => newUser(server, stem)));
    database.process.kill("SIGSTOP");
    try {
      const begin = Date.now();
      assert.match(codeOf(await ann.send(ben.username, "standing")), /50[34]/);
      assert.ok(Date.now() - begin < 3000, `answered after ${Date.now() - begin} ms`);
      await becomes(server, 503, 6000);
    } finally {
      database.process.kill("SIGCONT");
    }
    await becomes(server, 200, 5000);
    assert.equal(codeOf(await ann.send(ben.username, "going on")), "0");
    ann.close();
    ben.close();
  });

  test("killed again and again under load: everything acknowledged is stored and seen, once and in order", async () => {
    const server = await serve(verified());
    const { faults, acknowledged } = await killRun(server, database, { kills: 2, clients: 10 });
    assert.deepEqual(faults, []);
    assert.ok(acknowledged >= 20);
  });
});
