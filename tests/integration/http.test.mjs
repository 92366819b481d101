// Pages, files and probes over plain HTTP.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { describe, test } from "node:test";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { exchange, ask as request } from "./support/requests.mjs";
import { projectFolder } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

describe("pages and files", () => {
  const t = suite();

  const ask = (path, options) => request(t.server, path, options);
  const raw = (bytes) => exchange(t.server, bytes);

  test("the way in leads to the login", async () => {
    const { status, headers } = await ask("/");
    assert.ok([301, 302, 303, 307, 308].includes(status));
    // Relative, so that it also works below a proxy's path.
    assert.equal(headers.location, "./login");
  });

  for (const page of ["/login", "/chat", "/search", "/messages"]) {
    test(`${page} is a page with its security headers`, async () => {
      const { status, headers, body } = await ask(page);
      assert.equal(status, 200);
      assert.match(headers["content-type"], /^text\/html; *charset=utf-8$/i);
      assert.match(body.toString(), /<!doctype html>/i);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.ok(headers["referrer-policy"]);
      const policy = headers["content-security-policy"];
      assert.match(policy, /default-src 'self'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.ok(!/unsafe-inline|unsafe-eval|script-src[^;]*\*/.test(policy), policy);
      assert.ok(!/<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|<style/i.test(body.toString()), "nothing inline");
    });
  }

  test("files have their types", async () => {
    const types = {
      "/assets/css/base.css": /^text\/css/,
      "/assets/js/chat.js": /^(text|application)\/javascript/,
      "/assets/img/logo.svg": /^image\/svg\+xml/,
      "/socket.io/socket.io.js": /^(text|application)\/javascript/,
    };
    for (const [path, type] of Object.entries(types)) {
      const { status, headers } = await ask(path);
      assert.equal(status, 200, path);
      assert.match(headers["content-type"], type, path);
      assert.equal(headers["x-content-type-options"], "nosniff", path);
    }
  });

  test("HEAD is GET without the body", async () => {
    for (const path of ["/login", "/assets/css/base.css", "/healthz", "/socket.io/socket.io.js"]) {
      const [head, get] = [await ask(path, { method: "HEAD" }), await ask(path)];
      assert.equal(head.status, get.status, path);
      assert.equal(head.body.length, 0);
      for (const name of ["content-length", "content-type", "etag"]) assert.equal(head.headers[name], get.headers[name], `${name} of ${path}`);
    }
  });

  test("an entity tag that still holds saves the body", async () => {
    const { headers } = await ask("/assets/js/chat.js");
    assert.ok(headers.etag);
    for (const value of [headers.etag, `"other", ${headers.etag}`, "*"]) {
      const { status, body } = await ask("/assets/js/chat.js", { headers: { "if-none-match": value } });
      assert.equal(status, 304, value);
      assert.equal(body.length, 0);
    }
    assert.equal((await ask("/assets/js/chat.js", { headers: { "if-none-match": '"other"' } })).status, 200);
  });

  test("ranges", async () => {
    const path = "/assets/css/base.css";
    const whole = await fs.readFile(`${projectFolder}/htdocs${path}`);
    const size = whole.length;
    for (const [range, from, to] of [["bytes=0-9", 0, 9], ["bytes=10-", 10, size - 1], ["bytes=-5", size - 5, size - 1], [`bytes=5-${size + 50}`, 5, size - 1]]) {
      const { status, headers, body } = await ask(path, { headers: { range } });
      assert.equal(status, 206, range);
      assert.equal(headers["content-range"], `bytes ${from}-${to}/${size}`);
      assert.deepEqual(body, whole.subarray(from, to + 1));
    }
    const beyond = await ask(path, { headers: { range: `bytes=${size}-` } });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers["content-range"], `bytes */${size}`);
    assert.equal((await ask(path, { headers: { range: "lines=1-2" } })).status, 200);
  });

  test("text is sent as small as the client takes it", async () => {
    const plain = await ask("/assets/css/base.css");
    for (const [accept, coding, unpack] of [["br, gzip", "br", brotliDecompressSync], ["gzip", "gzip", gunzipSync], ["deflate", "deflate", inflateSync], ["gzip;q=0", undefined, (bytes) => bytes]]) {
      const { headers, body } = await ask("/assets/css/base.css", { headers: { "accept-encoding": accept } });
      assert.equal(headers["content-encoding"], coding, accept);
      assert.equal(headers.vary, "Accept-Encoding");
      assert.equal(Number(headers["content-length"]), body.length);
      assert.deepEqual(unpack(body), plain.body);
      if (coding) assert.ok(body.length < plain.body.length && headers.etag !== plain.headers.etag);
      const again = await ask("/assets/css/base.css", { headers: { "accept-encoding": accept, "if-none-match": headers.etag } });
      assert.equal(again.status, 304);
    }
  });

  test("every bundle of the browser's client is there with its map, the version being its tag", async () => {
    const folder = `${projectFolder}/node_modules/socket.io-client`;
    const { version } = JSON.parse(await fs.readFile(`${folder}/package.json`, "utf8"));
    for (const name of ["", ".min", ".esm.min", ".msgpack.min"].flatMap((kind) => [`socket.io${kind}.js`, `socket.io${kind}.js.map`])) {
      const whole = await fs.readFile(`${folder}/dist/${name}`);
      for (const [accept, unpack] of [["", (bytes) => bytes], ["br", brotliDecompressSync], ["gzip", gunzipSync], ["deflate", inflateSync]]) {
        const { status, headers, body } = await ask(`/socket.io/${name}`, { headers: { "accept-encoding": accept } });
        assert.equal(status, 200, name);
        assert.equal(headers.etag, `"${version}"`);
        assert.equal(headers["cache-control"], "public, max-age=0");
        assert.equal(headers["content-encoding"] ?? "", accept);
        assert.deepEqual(unpack(body), whole, name);
      }
    }
    const kept = await ask("/socket.io/socket.io.js", { headers: { "if-none-match": `W/"${version}"` } });
    assert.equal(kept.status, 304);
  });

  test("there is no way out of the folder", async () => {
    const ways = [
      "/../conf/chat-socketio.properties",
      "/assets/../../conf/chat-socketio.properties",
      "/%2e%2e/conf/chat-socketio.properties",
      "/assets/%2e%2e/%2e%2e/conf/chat-socketio.properties",
      "/..%2fconf%2fchat-socketio.properties",
      "/assets/..%5c..%5cconf/chat-socketio.properties",
      "//etc/passwd",
      "/assets//../../../etc/passwd",
      "/login%00.html",
      "/socket.io/../package.json",
      "/socket.io/..%2fpackage.json",
    ];
    for (const path of ways) {
      const { status, body } = await ask(path);
      assert.ok(status >= 300 && status < 500, `${path}: ${status}`);
      assert.ok(!/server\.port|root:|"dependencies"/.test(body.toString()), path);
    }
  });

  test("what isn't there is 404, also a folder", async () => {
    for (const path of ["/nothing", "/assets/", "/assets", "/assets/js/nothing.js"]) assert.equal((await ask(path)).status, 404, path);
  });

  test("other methods are 405 with Allow", async () => {
    for (const path of ["/login", "/healthz", "/assets/css/base.css"]) {
      for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
        const { status, headers } = await ask(path, { method });
        assert.equal(status, 405, `${method} ${path}`);
        assert.match(headers.allow, /GET/);
        assert.match(headers.allow, /HEAD/);
      }
    }
  });

  test("probes", async () => {
    assert.equal((await ask("/healthz")).status, 200);
    assert.equal((await ask("/readyz")).status, 200);
  });

  test("one connection serves many requests, pipelined ones in order", async () => {
    const head = (path, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    const answer = await raw(head("/healthz") + head("/nothing") + head("/assets/img/logo.svg", "Connection: close\r\n"));
    assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
  });

  test("what isn't HTTP is answered 400 and closed; other clients aren't affected", async () => {
    const user = await t.user();
    const heads = ["nonsense\r\n\r\n", "GET /login HTTP/1.1\r\n\r\n", "GET /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "GET /lo gin HTTP/1.1\r\nHost: x\r\n\r\n"];
    for (const bytes of heads) assert.match(await raw(bytes), /^HTTP\/1\.1 400 /, JSON.stringify(bytes));
    assert.match(await raw(`GET /login HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(100_000)}\r\n\r\n`).catch(() => "HTTP/1.1 431 reset"), /^HTTP\/1\.1 431 /);
    assert.equal((await user.send(user.username, "fine")).status, 0);
  });
});

describe("HTTP's settings", () => {
  const t = suite({
    properties: {
      "http.headersTimeout": 400,
      "http.requestTimeout": 1200,
      "http.keepAliveTimeout": 600,
      "http.maxHeaderSize": 2048,
      "socketio.serveClient": false,
    },
  });
  /** The answer until the server closes, and the milliseconds until then. */
  const timed = async (bytes) => {
    const start = Date.now();
    const answer = await exchange(t.server, bytes);
    return { answer, after: Date.now() - start };
  };

  test("a head that doesn't end in http.headersTimeout is 408", async () => {
    const { answer, after } = await timed("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Sl");
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.ok(after >= 390 && after < 1100, `${after} ms`);
  });

  test("a body that doesn't end in http.requestTimeout is 408", async () => {
    const { answer, after } = await timed("POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n4");
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.ok(after >= 1190 && after < 4000, `${after} ms`);
  });

  test("a connection without another request is kept for http.keepAliveTimeout", async () => {
    const { answer, after } = await timed("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.equal(answer.match(/HTTP\/1\.1 /g).length, 1, "it closes without a word");
    assert.ok(after >= 590 && after < 3000, `${after} ms`);
  });

  test("a head beyond http.maxHeaderSize is 431", async () => {
    const head = (size) => `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: ${"x".repeat(size)}\r\n\r\n`;
    assert.match(await exchange(t.server, head(1900)), /^HTTP\/1\.1 200 /);
    assert.match(await exchange(t.server, head(2048)), /^HTTP\/1\.1 431 /);
  });

  test("without socketio.serveClient its files are requests to Engine.IO, as by the reference server", async () => {
    for (const file of ["socket.io.js", "socket.io.min.js.map"]) {
      const { status, body } = await request(t.server, `/socket.io/${file}`);
      assert.equal(status, 400);
      assert.deepEqual(JSON.parse(body), { code: 0, message: "Transport unknown" });
    }
  });

  test("an upgrade at another path is answered at once, like any request", async () => {
    const upgrade = (path) =>
      exchange(t.server, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    assert.match(await upgrade("/nowhere"), /^HTTP\/1\.1 404 /);
    assert.match(await upgrade("/login"), /^HTTP\/1\.1 200 /);
  });
});
