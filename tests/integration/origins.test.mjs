// Which pages may use the server: CORS, and the Origin of a WebSocket's handshake.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { ask, pollingSession, upgradeBy } from "./support/requests.mjs";
import { TestServer, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const Handshake = "/socket.io/?EIO=4&transport=polling";
const Upgrade = "/socket.io/?EIO=4&transport=websocket";
const cors = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("access-control-") || name === "vary"));
const status = (answer) => Number(answer.match(/^HTTP\/1\.1 (\d+)/)?.[1]);

describe("origins as delivered", () => {
  const t = suite();
  const opens = async (fields, path = Upgrade) => status(await upgradeBy(t.server, path, fields));

  test("the own pages and clients that are no browsers open WebSockets, pages of other sites don't", async () => {
    for (const path of [Upgrade, "/ws"]) {
      assert.equal(await opens("", path), 101, path);
      assert.equal(await opens(`Origin: http://127.0.0.1:${t.server.port}\r\n`, path), 101, path);
      assert.equal(await opens(`Origin: HTTP://127.0.0.1:${t.server.port}\r\n`, path), 101, path);
      for (const origin of [
        "https://evil.example",
        `http://127.0.0.1:${t.server.port + 1}`,
        "http://127.0.0.1",
        "null",
        `http://127.0.0.1:${t.server.port}.evil.example`,
        "file://",
      ]) {
        assert.equal(await opens(`Origin: ${origin}\r\n`, path), 403, `${path} ${origin}`);
      }
      assert.equal(await opens("Origin: https://behind.example\r\nSec-Fetch-Site: same-origin\r\n", path), 101, "a proxy has changed the host");
    }
    await until(async () => (await t.server.log()).includes("set engine.cors.origin = https://evil.example"), "the setting in the log");
  });

  test("an upgrade of a session is checked as well", async () => {
    const polling = await pollingSession(t.server);
    assert.equal(await opens("Origin: https://evil.example\r\n", polling.upgradePath), 403);
    assert.equal(await opens("", polling.upgradePath), 101);
  });

  test("there are no CORS fields, and OPTIONS is a bad handshake method", async () => {
    const { headers } = await ask(t.server, Handshake, { headers: { origin: "https://evil.example" } });
    assert.deepEqual(cors(headers), {});
    const preflight = await ask(t.server, Handshake, { method: "OPTIONS", headers: { origin: "https://evil.example" } });
    assert.equal(preflight.status, 400);
    assert.deepEqual(cors(preflight.headers), {});
  });

  test("X-Forwarded-Host is ignored if the peer isn't trusted", async () => {
    assert.equal(await opens("Origin: https://evil.example\r\nX-Forwarded-Host: evil.example\r\n"), 403);
  });
});

describe("origins by list, expression and proxy", () => {
  const t = suite({
    properties: {
      "engine.cors.origin": "https://chat.example.org, /^https:\\\\/\\\\/[a-z]+\\\\.pages\\\\.example$/",
      "engine.cors.credentials": true,
      "engine.cors.exposedHeaders": "X-Shown",
      "engine.cors.maxAge": 600,
      "http.trustedProxies": "127.0.0.1",
    },
  });

  test("every answer to an allowed origin has the fields, also errors", async () => {
    for (const origin of ["https://chat.example.org", "https://my.pages.example"]) {
      for (const path of [Handshake, "/socket.io/?EIO=4&transport=pigeon", "/socket.io/?EIO=4&transport=polling&sid=nobody"]) {
        const { headers } = await ask(t.server, path, { headers: { origin } });
        assert.deepEqual(cors(headers), {
          "access-control-allow-origin": origin,
          "access-control-allow-credentials": "true",
          "access-control-expose-headers": "X-Shown",
          vary: "Origin",
        });
      }
      assert.equal(status(await upgradeBy(t.server, Upgrade, `Origin: ${origin}\r\n`)), 101);
    }
  });

  test("one that isn't is not", async () => {
    for (const origin of ["https://chat.example.org.evil.example", "https://a.b.pages.example", "http://chat.example.org", "null"]) {
      const { headers } = await ask(t.server, Handshake, { headers: { origin } });
      assert.equal(headers["access-control-allow-origin"], undefined, origin);
      assert.equal(headers.vary, "Origin");
      assert.equal(status(await upgradeBy(t.server, Upgrade, `Origin: ${origin}\r\n`)), 403, origin);
    }
    await until(async () => /engine\.cors\.origin = https:\/\/chat\.example\.org, .*evil/.test(await t.server.log()), "the whole setting in the log");
  });

  test("the browser's client may be loaded from there as well", async () => {
    const { status: code, headers } = await ask(t.server, "/socket.io/socket.io.js", { headers: { origin: "https://chat.example.org", "accept-encoding": "gzip" } });
    assert.equal(code, 200);
    assert.equal(headers["access-control-allow-origin"], "https://chat.example.org");
    assert.deepEqual(headers.vary.split(", ").sort(), ["Accept-Encoding", "Origin"]);
    assert.equal((await ask(t.server, "/socket.io/socket.io.js", { method: "OPTIONS", headers: { origin: "https://chat.example.org" } })).status, 204);
  });

  test("a preflight is answered with what the browser asks for", async () => {
    const {
      status: code,
      headers,
      body,
    } = await ask(t.server, Handshake, {
      method: "OPTIONS",
      headers: {
        origin: "https://chat.example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-one, x-two",
      },
    });
    assert.equal(code, 204);
    assert.equal(body.length, 0);
    assert.deepEqual(cors(headers), {
      "access-control-allow-origin": "https://chat.example.org",
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "X-Shown",
      "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
      "access-control-allow-headers": "x-one, x-two",
      "access-control-max-age": "600",
      vary: "Origin, Access-Control-Request-Headers",
    });
  });

  test("behind a trusted proxy the forwarded host is the own one", async () => {
    const fields = "Origin: https://public.example\r\n";
    assert.equal(status(await upgradeBy(t.server, Upgrade, fields)), 403);
    for (const host of ["public.example", "public.example:443", "inner.example, public.example"]) {
      assert.equal(status(await upgradeBy(t.server, Upgrade, `${fields}X-Forwarded-Host: ${host}\r\nX-Forwarded-Proto: https\r\n`)), 101, host);
    }
  });
});

describe("origins: all, with configured fields", () => {
  const t = suite({
    properties: {
      "engine.cors.origin": "*",
      "engine.cors.methods": "GET,POST",
      "engine.cors.allowedHeaders": "x-mine",
      "engine.cors.optionsSuccessStatus": 200,
    },
  });

  test("any origin passes", async () => {
    const { headers } = await ask(t.server, Handshake, { headers: { origin: "null" } });
    assert.deepEqual(cors(headers), { "access-control-allow-origin": "*" });
    const preflight = await ask(t.server, Handshake, { method: "OPTIONS" });
    assert.equal(preflight.status, 200);
    assert.deepEqual(cors(preflight.headers), {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET,POST",
      "access-control-allow-headers": "x-mine",
    });
    assert.equal(status(await upgradeBy(t.server, Upgrade, "Origin: https://any.example\r\n")), 101);
  });
});

describe("origins: preflights that go on", () => {
  const t = suite({ properties: { "engine.cors.origin": "*", "engine.cors.preflightContinue": true } });
  test("Engine.IO answers them, with the fields", async () => {
    const { status: code, headers, body } = await ask(t.server, Handshake, { method: "OPTIONS" });
    assert.equal(code, 400);
    assert.equal(JSON.parse(body).code, 2);
    assert.equal(headers["access-control-allow-origin"], "*");
  });
});

describe("origins that can't be", () => {
  test("are refused at the start, with the setting", async () => {
    for (const [properties, message] of [
      [{ "engine.cors.origin": "*", "engine.cors.credentials": true }, /engine\.cors\.credentials/],
      [{ "engine.cors.origin": "/(/" }, /engine\.cors\.origin: \/\(\//],
      [{ "engine.cookie.name": "a;b" }, /engine\.cookie\.name/],
      [{ "engine.cookie.name": "io", "engine.cookie.sameSite": "none" }, /engine\.cookie\.secure/],
    ]) {
      await assert.rejects(() => TestServer.start(properties), message);
    }
  });
});
