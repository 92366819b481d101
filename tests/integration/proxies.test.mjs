// The examples of docs/operating.md, run by the real proxies: on an unusual port, over TLS, below a path.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import WebSocket from "ws";

import { newUser } from "./support/client.mjs";
import { makeCertificate, Proxy, replaced } from "./support/proxies.mjs";
import { ask, exchange, metric } from "./support/requests.mjs";
import { freePort, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const Handshake = "/socket.io/?EIO=4&transport=polling";
// Longer than the five seconds for which Node's servers keep an idle connection.
const Idle = 6000;
const operations = await freePort();

let folder;
let tls;
before(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "chat-tls-"));
  await fs.chmod(folder, 0o755);
  tls = await makeCertificate(folder);
});
after(() => fs.rm(folder, { recursive: true, force: true }));

const t = suite({ properties: { "http.trustedProxies": "127.0.0.1", "operations.port": operations, "server.threads": 1, "engine.cookie.name": "io" } });

async function behind(options, use) {
  const proxy = await Proxy.start(t.server, options);
  try {
    await use(proxy);
  } finally {
    await proxy.stop();
  }
}

/** Opens a WebSocket through the proxy; returns 101, or the status of the refusal. */
function opens(proxy, target, origin) {
  return new Promise((resolve, reject) => {
    const url = `${proxy.origin.replace("http", "ws")}${proxy.prefix}${target}`;
    const socket = new WebSocket(url, { origin, ...(proxy.tls ? { ca: proxy.tls.ca } : {}) });
    socket.on("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.on("unexpected-response", (request, answer) => {
      request.destroy();
      resolve(answer.statusCode);
    });
    socket.on("error", reject);
  });
}

async function chats(proxy, transports) {
  const user = async (stem) => t.keep(await newUser(proxy, stem, proxy.clientOptions({ transports })));
  const [one, two] = await Promise.all([user("one"), user("two")]);
  const transport = transports.at(-1);
  for (const { socket } of [one, two]) {
    await until(() => socket.io.engine.transport.name === transport && !socket.io.engine.upgrading, `${transport} to carry the session`);
  }
  for (const text of ["first", "second"]) {
    const { status, document } = await one.send(two.username, `${text} over ${transports}`);
    assert.equal(status, 0, JSON.stringify(document));
  }
  await two.messages.count(2);
  for (const client of [one, two]) client.close();
}

async function pages(proxy) {
  const home = await proxy.ask("/");
  assert.equal(home.status, 302);
  const page = await proxy.ask(new URL(home.headers.location, home.url).href);
  assert.equal(page.status, 200, page.url.href);
  assert.equal(page.url.pathname, `${proxy.prefix}/login`);
  const addresses = [...page.body.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, address]) => new URL(address, page.url));
  for (const { href, pathname } of addresses) {
    assert.ok(pathname.startsWith(`${proxy.prefix}/`), href);
    assert.equal((await proxy.ask(href)).status, 200, href);
  }
}

async function serves(proxy) {
  await pages(proxy);
  for (const transports of [["polling"], ["polling", "websocket"], ["websocket"]]) await chats(proxy, transports);
  for (const target of [Handshake.replace("polling", "websocket"), "/ws"]) {
    assert.equal(await opens(proxy, target, proxy.origin), 101, `${target} of the own page`);
    for (const origin of ["https://evil.example", `${proxy.origin}1`, "http://localhost", "https://localhost", "null"]) {
      assert.equal(await opens(proxy, target, origin), 403, `${target} of ${origin}`);
    }
  }
}

describe("the manual's proxies", () => {
  for (const kind of ["nginx", "haproxy", "apache", "apache wstunnel"]) {
    for (const secure of [false, true]) {
      for (const below of kind === "apache wstunnel" ? [false] : [false, true]) {
        test(`${kind}${secure ? " over TLS" : ""}, on an unusual port${below ? ", below a path" : ""}`, () =>
          behind({ kind, tls: secure ? tls : null, below }, serves));
      }
    }
  }

  test("requests on connections that were idle for longer than five seconds arrive", async () => {
    const proxies = await Promise.all(["nginx", "haproxy", "apache"].map((kind) => Proxy.start(t.server, { kind })));
    try {
      const sessions = await Promise.all(
        proxies.map(async (proxy) => {
          const { body, headers } = await proxy.ask(Handshake);
          assert.match(headers["set-cookie"][0], /^io=.*[Pp]ath=\//);
          return `${Handshake}&sid=${JSON.parse(body.slice(1)).sid}`;
        }),
      );
      const connections = () => metric(operations, 'chat_loop_connections{loop="0"}');
      const there = await connections();
      assert.ok(there >= proxies.length, `${there} connections`);
      await delay(Idle);
      assert.equal(await connections(), there, "the server has kept them");
      // No proxy repeats a lost POST.
      for (const [index, proxy] of proxies.entries()) {
        const answer = await proxy.ask(sessions[index], { method: "POST", body: "40" });
        assert.deepEqual([answer.status, answer.body], [200, "ok"]);
      }
    } finally {
      for (const proxy of proxies) await proxy.stop();
    }
  });
});

describe("a proxy that passes the host without its port", () => {
  const withoutPort = (more) => (text) => replaced(text, "proxy_set_header Host $http_host;", `proxy_set_header Host $host; ${more}`);

  test("makes the server's own page another origin's, and the log says what to set", async () => {
    await behind({ kind: "nginx", edit: withoutPort("") }, async (proxy) => {
      assert.equal(await opens(proxy, "/ws", proxy.origin), 403);
      await until(async () => /proxy_set_header Host \$http_host.*X-Forwarded-Port/.test(await t.server.log()), "the advice in the log");
    });
  });

  for (const more of ["proxy_set_header X-Forwarded-Port $server_port;", "proxy_set_header X-Forwarded-Host $http_host;"]) {
    test(`may tell it otherwise: ${more}`, async () => {
      await behind({ kind: "nginx", edit: withoutPort(more) }, async (proxy) => {
        assert.equal(await opens(proxy, "/ws", proxy.origin), 101);
        for (const origin of ["https://evil.example", `http://evil.example:${proxy.port}`, `http://localhost:${t.server.port}`]) {
          assert.equal(await opens(proxy, "/ws", origin), 403, origin);
        }
      });
    });
  }
});

describe("health checks of balancers", () => {
  test("OPTIONS over HTTP/1.0, HAProxy's default check, is answered with the allowed methods", async () => {
    for (const [target, allowed] of [["/", "GET, HEAD, OPTIONS"], ["/healthz", "GET, HEAD, OPTIONS"], ["/ws", "GET, OPTIONS"]]) {
      const answer = await exchange(t.server, `OPTIONS ${target} HTTP/1.0\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 204 /, target);
      assert.ok(answer.includes(`\r\nAllow: ${allowed}\r\n`), answer);
    }
    const { status, headers } = await ask(t.server, "/login", { method: "OPTIONS" });
    assert.deepEqual([status, headers.allow], [204, "GET, HEAD, OPTIONS"]);
    assert.equal((await ask(t.server, "/login", { method: "DELETE" })).status, 405);
  });

  test("a transfer coding that isn't known is 501, one that leaves the end of the body open 400", async () => {
    const post = (coding) => exchange(t.server, `POST ${Handshake} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`);
    assert.match(await post("gzip, chunked"), /^HTTP\/1\.1 501 [^]*gzip, chunked/);
    for (const coding of ["chunked, gzip", "chunked, chunked"]) assert.match(await post(coding), /^HTTP\/1\.1 400 /, coding);
  });
});
