// Engine.IO by hand, 4 and 3: what the official clients don't show.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { describe, test } from "node:test";
import { gunzipSync, inflateSync } from "node:zlib";

import { ask, exchange, pollingSession, upgradeBy, webSocket } from "./support/requests.mjs";
import { pluginFolder, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const Errors = ["Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden", "Unsupported protocol version"];

describe("Engine.IO", () => {
  const t = suite({
    properties: {
      // One loop, so that what comes on several connections is taken in its order.
      "server.threads": 1,
      "engine.pingInterval": 600,
      "engine.pingTimeout": 1200,
      "engine.upgradeTimeout": 500,
      "engine.polling.closeTimeout": 500,
      "limits.packetsPerPoll": 50,
    },
  });
  const session = (query) => pollingSession(t.server, "/socket.io/", query);
  const entered = async () => {
    const polling = await session();
    await polling.post("40");
    assert.match((await polling.poll()).body.toString(), /^40\{"sid":/);
    return polling;
  };

  describe("handshake", () => {
    test("the open packet has the five members, and upgrades for polling alone", async () => {
      const open = await session();
      const { at, more, poll, post, upgradePath, ...told } = open;
      assert.deepEqual(told, { sid: open.sid, upgrades: ["websocket"], pingInterval: 600, pingTimeout: 1200, maxPayload: 1_000_000 });
      assert.match(open.sid, /^[\w-]{20}$/);
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      const overWebSocket = JSON.parse((await socket.next()).slice(1));
      assert.deepEqual(overWebSocket, { sid: overWebSocket.sid, upgrades: [], pingInterval: 600, pingTimeout: 1200, maxPayload: 1_000_000 });
    });

    test("each fault has its code and text: JSON over HTTP, the text alone where an upgrade was asked for", async () => {
      const faults = [
        [0, "GET", "?EIO=4&transport=pigeon"],
        [0, "GET", "?EIO=4"],
        [0, "GET", "?EIO=4&transport=webtransport"],
        [1, "GET", "?EIO=4&transport=polling&sid=nobody"],
        [1, "POST", "?EIO=4&transport=polling&sid=nobody"],
        [2, "POST", "?EIO=4&transport=polling"],
        [2, "PUT", "?EIO=4&transport=polling"],
        [2, "OPTIONS", "?EIO=4&transport=polling"],
        [3, "GET", "?EIO=4&transport=websocket"],
        [3, "GET", `?EIO=4&transport=websocket&sid=${(await session()).sid}`],
        [3, "GET", `?EIO=3&transport=polling&sid=${(await session()).sid}`],
        [3, "POST", `?EIO=4&transport=polling&sid=${(await session("EIO=3&b64=1")).sid}`],
        [5, "GET", "?EIO=5&transport=polling"],
        [5, "GET", "?EIO=abc&transport=polling"],
      ];
      for (const [code, method, query] of faults) {
        const { status, headers, body } = await ask(t.server, `/socket.io/${query}`, { method });
        assert.equal(status, 400, query);
        assert.match(headers["content-type"], /^application\/json/);
        assert.deepEqual(JSON.parse(body), { code, message: Errors[code] }, `${method} ${query}`);
      }
      for (const [code, query] of [
        [0, "?EIO=4&transport=pigeon"],
        [1, "?EIO=4&transport=websocket&sid=nobody"],
        [3, "?EIO=4&transport=polling"],
        [3, `?EIO=3&transport=websocket&sid=${(await session()).sid}`],
        [5, "?EIO=5&transport=websocket"],
      ]) {
        const answer = await exchange(
          t.server,
          `GET /socket.io/${query} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
        );
        assert.match(answer, /^HTTP\/1\.1 400 /, query);
        assert.ok(answer.endsWith(`\r\n\r\n${Errors[code]}`), answer);
      }
      await until(async () => /handshake refused code=\d message="[^"]+"/.test(await t.server.log()), "a line in the log");
    });

    test("what is no opening handshake of a WebSocket is told why, and a version that isn't spoken which one is", async () => {
      const polling = await session();
      for (const path of ["/socket.io/?EIO=4&transport=websocket", polling.upgradePath]) {
        const upgrade = (fields) => exchange(t.server, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${fields}\r\n`);
        const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        for (const version of ["", "Sec-WebSocket-Version: 12\r\n"]) {
          const answer = await upgrade(version + key);
          assert.match(answer, /^HTTP\/1\.1 426 /);
          assert.match(answer, /\r\nSec-WebSocket-Version: 13\r\n/);
        }
        for (const bad of ["", "Sec-WebSocket-Key: c2hvcnQ=\r\n", key + key]) {
          assert.match(await upgrade(`Sec-WebSocket-Version: 13\r\n${bad}`), /^HTTP\/1\.1 400 .*Sec-WebSocket-Key must be/s);
        }
      }
      assert.equal((await polling.post("40")).status, 200, "the session is as it was");
    });

    test("a HEAD, PUT or DELETE of a session is 405 and takes nothing of it", async () => {
      const polling = await session();
      await polling.post("40");
      for (const method of ["HEAD", "PUT", "DELETE"]) {
        const { status, headers } = await ask(t.server, polling.at, { method });
        assert.equal(status, 405, method);
        assert.equal(headers.allow, "GET, POST");
      }
      assert.match((await polling.poll()).body.toString(), /^40/);
    });

    test("an offer of HTTP/2 is no upgrade", async () => {
      const answer = await exchange(
        t.server,
        "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
        "}",
      );
      assert.match(answer, /^HTTP\/1\.1 200 /);
    });

    test("JSONP isn't spoken: `j` changes nothing", async () => {
      const { headers, body } = await ask(t.server, "/socket.io/?EIO=4&transport=polling&j=0");
      assert.match(headers["content-type"], /^text\/plain/);
      assert.match(body.toString(), /^0\{/);
    });
  });

  describe("polling", () => {
    test("the second of two polls is refused, the first gets a close packet, and the session is gone", async () => {
      const polling = await entered();
      const first = polling.poll();
      let second;
      // The two are on connections of their own: whichever comes later is refused.
      const answers = await Promise.all([first, (second = polling.poll())]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
      assert.equal(answers.find(({ status }) => status === 200).body.toString(), "1");
      assert.equal((await polling.poll()).status, 400);
      assert.ok(second);
    });

    test("a poll that its client breaks off ends the session", async () => {
      const polling = await entered();
      const request = http.get({ host: "127.0.0.1", port: t.server.port, path: polling.at, agent: false });
      request.on("error", () => {});
      await once(request, "socket").then(([socket]) => once(socket, "connect"));
      request.destroy();
      await until(async () => (await polling.post("2")).status === 400, "the session's end");
    });

    test("a close packet: the poll that waits gets a noop, what comes later 400", async () => {
      const polling = await entered();
      const waiting = polling.poll();
      await polling.post("3"); // the poll, on a connection of its own, has arrived by then
      const closed = await polling.post("1");
      assert.equal(closed.status, 200);
      assert.equal(closed.body.toString(), "ok");
      const { status, body } = await waiting;
      assert.deepEqual([status, body.toString()], [200, "6"]);
      assert.deepEqual(JSON.parse((await polling.poll()).body), { code: 1, message: Errors[1] });
    });

    test("a body of exactly maxPayload passes, one byte more is 413, also in chunks", async () => {
      const polling = await entered();
      const packet = (size) => `42["none","${"x".repeat(size - 13)}"]`;
      assert.equal(packet(1_000_000).length, 1_000_000);
      assert.equal((await polling.post(packet(1_000_000))).status, 200);
      assert.equal((await polling.post(packet(1_000_000), { "transfer-encoding": "chunked" })).status, 200);
      for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
        const status = await polling.post(packet(1_000_001), headers).then(
          (answer) => answer.status,
          (error) => error.code,
        );
        assert.ok([413, "ECONNRESET", "EPIPE"].includes(status), `${status}`);
      }
    });

    test("a Content-Length of 10 GB is refused on sight", async () => {
      const polling = await entered();
      const answer = await exchange(t.server, `POST ${polling.at} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 413 /);
    });

    test("what is no payload ends the session, and too many packets do", async () => {
      for (const body of ["", "7", "\x1e", "b!!!!", "x".repeat(100), Array(60).fill("6").join("\x1e")]) {
        const polling = await session();
        assert.equal((await polling.post(body)).status, 400, JSON.stringify(body).slice(0, 50));
        assert.equal((await polling.poll()).status, 400);
      }
    });

    test("a binary body is none of version 4", async () => {
      const polling = await session();
      assert.equal((await polling.post("40", { "content-type": "application/octet-stream" })).status, 400);
    });

    test("answers are compressed from the threshold on, as the client likes", async () => {
      const fill = async () => {
        const polling = await entered();
        await polling.post(`420["none${"x".repeat(20)}"]`);
        await polling.poll();
        return polling;
      };
      for (const [accept, coding, unpack] of [
        ["gzip", "gzip", gunzipSync],
        ["deflate", "deflate", inflateSync],
        ["gzip;q=0.1, deflate", "deflate", inflateSync],
        ["br", undefined, (b) => b],
        ["gzip;q=0", undefined, (b) => b],
        ["", undefined, (b) => b],
      ]) {
        const polling = await fill();
        // Nobody handles it, and the answer says so with the event's name.
        for (let id = 1; id <= 30; ++id) await polling.post(`42${id}["${"y".repeat(60)}"]`);
        const { headers, body } = await polling.poll({ "accept-encoding": accept });
        assert.equal(headers["content-encoding"], coding, accept);
        assert.match(unpack(body).toString(), /^43/);
        assert.equal(Number(headers["content-length"]), body.length);
      }
      const small = await session();
      await small.post("40");
      assert.equal((await small.poll({ "accept-encoding": "gzip" })).headers["content-encoding"], undefined);
    });
  });

  describe("upgrade", () => {
    const probed = async (polling) => {
      const socket = await webSocket(t, polling.upgradePath);
      socket.send("2probe");
      assert.equal(await socket.next(), "3probe");
      return socket;
    };

    test("a poll that waits is let go, and again if it comes anew; then the old way is closed", async () => {
      const polling = await entered();
      const waiting = polling.poll();
      const socket = await probed(polling);
      assert.equal((await waiting).body.toString(), "6");
      assert.equal((await polling.poll()).body.toString(), "6", "a tenth of a second later");
      socket.send("5");
      socket.send('420["none"]');
      assert.match(await socket.next(), /^430/);
      assert.equal((await polling.poll()).status, 400);
      assert.equal((await polling.post("2")).status, 400);
      const other = await webSocket(t, polling.upgradePath);
      assert.equal((await other.closed).code, 1008);
      socket.send('421["none"]');
      assert.match(await socket.next(), /^431/);
    });

    test("what isn't a probe, an upgrade without one, and no upgrade in time close that WebSocket alone", async () => {
      for (const first of ["2wrong", "5", "40", "2", Buffer.from([1])]) {
        const polling = await entered();
        const socket = await webSocket(t, polling.upgradePath);
        socket.send(first);
        await socket.closed;
        await polling.post('420["none"]');
        assert.match((await polling.poll()).body.toString(), /430/, `${first}`);
      }
      const polling = await entered();
      const silent = await webSocket(t, polling.upgradePath);
      const beats = (async () => {
        // The session lives on by its heartbeat meanwhile.
        for (;;) {
          const { status, body } = await polling.poll();
          if (status !== 200) return "gone";
          if (body.toString().includes("430")) return "answered";
          if (body.toString().split("\x1e").includes("2")) await polling.post("3");
        }
      })();
      await silent.closed;
      await polling.post('420["none"]');
      assert.equal(await beats, "answered");
    });

    test("a WebSocket that dies after its probe leaves the polling session as it was", async () => {
      const polling = await entered();
      const socket = await probed(polling);
      socket.socket.terminate();
      await polling.post('420["none"]');
      const bodies = [];
      await until(async () => {
        bodies.push((await polling.poll()).body.toString());
        return bodies.at(-1).includes("430");
      }, "the answer by polling");
      assert.ok((await probed(polling)).socket, "and it may try again");
    });

    test("messages queued during an upgrade come once and in order", async () => {
      const polling = await entered();
      const socket = await probed(polling);
      for (let id = 0; id < 50; ++id) await polling.post(`42${id}["none"]`);
      socket.send("5");
      for (let id = 50; id < 100; ++id) socket.send(`42${id}["none"]`);
      const ids = [];
      while (ids.length < 100) {
        const packet = await socket.next();
        if (packet.startsWith("43")) ids.push(Number(packet.match(/^43(\d+)/)[1]));
        if (packet === "2") socket.send("3");
      }
      assert.deepEqual(
        ids,
        Array.from({ length: 100 }, (_, id) => id),
      );
    });
  });

  describe("heartbeat", () => {
    test("the server pings at the interval, and ends who doesn't answer, over both transports", async () => {
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      await socket.next();
      socket.send("40");
      await socket.next();
      const start = Date.now();
      assert.equal(await socket.next(), "2");
      socket.send("3");
      assert.equal(await socket.next(), "2");
      const pinged = Date.now();
      assert.ok(pinged - start >= 1150 && pinged - start < 5000, `${pinged - start}`);
      await socket.closed;
      assert.ok(Date.now() - pinged >= 1150 && Date.now() - pinged < 5000);

      const polling = await entered();
      assert.equal((await polling.poll()).body.toString(), "2");
      assert.deepEqual((await polling.poll()).body.toString(), "1");
      assert.equal((await polling.poll()).status, 400);
    });

    test("who says something else than the pong has the time-out once more, and not again", async () => {
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      socket.send("40");
      while ((await socket.next()) !== "2");
      const pinged = Date.now();
      const talk = setInterval(() => socket.send('42["none"]'), 700);
      await socket.closed;
      clearInterval(talk);
      const lived = Date.now() - pinged;
      assert.ok(lived >= 1850 && lived < 6000, `${lived}`);
    });

    test("a ping from a client of version 4 is the wrong direction", async () => {
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      socket.send("2");
      await socket.closed;
    });
  });

  describe("version 3", () => {
    /** Polls until what has come holds the pattern. */
    const heard = async (polling, pattern) => {
      let all = polling.more;
      await until(async () => {
        if (pattern.test(all)) return true;
        all += (await polling.poll()).body.toString();
        return pattern.test(all);
      }, `${pattern}`);
      return all;
    };

    test("lengths count UTF-16 units, and base64 is told by b64", async () => {
      const polling = await session("EIO=3&b64=1");
      await heard(polling, /2:40/);
      polling.more = "";
      const packet = `420["none €😀"]`;
      const { status } = await polling.post(`${packet.length}:${packet}`);
      assert.equal(status, 200);
      const [, length, answer] = (await heard(polling, /430/)).match(/^(\d+):(430.*)$/s);
      // Whether it comes escaped depends on what the client has shown of its release.
      assert.ok(JSON.parse(answer.slice(3))[1].errors.detail.includes("€😀"), answer);
      assert.equal(Number(length), answer.length);
      assert.equal((await polling.post(`${packet.length + 1}:${packet}`)).status, 400);
    });

    test("a binary payload is taken, and a malformed one is 400", async () => {
      const polling = await session("EIO=3");
      await heard(polling, /2:40/);
      const body = Buffer.concat([Buffer.from([0, 2, 255]), Buffer.from("2x")]);
      assert.equal((await polling.post(body, { "content-type": "application/octet-stream" })).status, 200);
      await heard(polling, /2:3x/);
      assert.equal((await polling.post(Buffer.from([0, 9, 9, 255, 50]), { "content-type": "application/octet-stream" })).status, 400);
    });

    test("the client pings; who falls silent is ended, also after an upgrade", async () => {
      const polling = await session("EIO=3");
      const socket = await webSocket(t, polling.upgradePath);
      socket.send("2probe");
      assert.equal(await socket.next(), "3probe");
      socket.send("5");
      const heard = [];
      for (let beat = 0; beat < 3; ++beat) {
        socket.send("2");
        for (;;) {
          heard.push(await socket.next());
          if (heard.at(-1) === "3") break;
        }
      }
      const silence = Date.now();
      await socket.closed;
      assert.ok(Date.now() - silence >= 1700 && Date.now() - silence < 6000);
      assert.ok(!heard.includes("2"), "the server doesn't ping");
    });
  });

  test("a connection that says nothing more after half a request is ended, others are served", async () => {
    const socket = net.connect(t.server.port, "127.0.0.1");
    socket.write("POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: x\r\nContent-Le");
    assert.equal((await session()).pingInterval, 600);
    socket.destroy();
  });
});

describe("Engine.IO to clients without binary frames", () => {
  const t = suite({ properties: { "plugins.folder": path.join(pluginFolder, "../tests/plugins") } });
  test("binary frames in base64 where the client asks for it", async () => {
    for (const [version, frame, answer] of [
      [4, Buffer.from([1, 2, 3]), "bAQID"],
      [3, Buffer.from([4, 1, 2, 3]), "b4AQID"],
    ]) {
      const socket = await webSocket(t, `/socket.io/?EIO=${version}&transport=websocket&b64=1`);
      if (version === 4) socket.send("40");
      let packet;
      while (!(packet = await socket.next()).startsWith("40")) assert.ok(packet.startsWith("0"));
      socket.send('451-["echo",{"_placeholder":true,"num":0}]');
      socket.send(frame);
      assert.match(await socket.next(), /^451-\["echo"/);
      assert.equal(await socket.next(), answer);
    }
  });

  test("base64 with the line ends of Java's encoder, with the alphabet of URLs, without padding", async () => {
    const bytes = Buffer.alloc(120, 0xfb);
    const broken = `${bytes.toString("base64").replace(/.{76}/g, "$&\n")}\n`;
    const event = '451-["echo",{"_placeholder":true,"num":0}]';
    for (const text of [broken, broken.replaceAll("\n", "\r\n"), bytes.toString("base64url"), bytes.toString("base64").replace(/=+$/, "")]) {
      for (const [query, packets] of [
        ["EIO=4", `${event}\x1eb${text}`],
        ["EIO=3&b64=1", `${event.length}:${event}${text.length + 2}:b4${text}`],
      ]) {
        const polling = await pollingSession(t.server, "/socket.io/", query);
        if (query === "EIO=4") await polling.post("40");
        assert.equal((await polling.post(packets)).status, 200, JSON.stringify(packets));
        let heard = "";
        await until(async () => (heard += (await polling.poll()).body.toString()).includes(bytes.toString("base64")), "the bytes");
      }
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket&b64=1");
      socket.send("40");
      while (!(await socket.next()).startsWith("40"));
      socket.send(event);
      socket.send(`b${text}`);
      assert.match(await socket.next(), /^451-\["echo"/);
      assert.equal(await socket.next(), `b${bytes.toString("base64")}`);
    }
  });
});

describe("Engine.IO's settings", () => {
  describe("without upgrades, version 3 and WebSocket", () => {
    const t = suite({ properties: { "engine.transports": "polling", "engine.allowEIO3": false } });
    test("they are refused, and not offered", async () => {
      assert.deepEqual((await pollingSession(t.server)).upgrades, []);
      assert.match(await upgradeBy(t.server, "/socket.io/?EIO=4&transport=websocket"), /^HTTP\/1\.1 400 .*Transport unknown$/s);
      for (const query of ["?transport=polling", "?EIO=3&transport=polling"]) {
        const { status, body } = await ask(t.server, `/socket.io/${query}`);
        assert.equal(status, 400);
        assert.deepEqual(JSON.parse(body), { code: 5, message: Errors[5] });
      }
      assert.equal((await ask(t.server, "/socket.io?EIO=4&transport=polling")).status, 404, "the slash is needed");
    });
  });

  describe("with a cookie, a first packet, no compression, no slash", () => {
    const t = suite({
      properties: {
        "engine.allowUpgrades": false,
        "engine.cookie.name": "io",
        "engine.cookie.domain": "example.org",
        "engine.cookie.secure": true,
        "engine.cookie.maxAge": 60,
        "engine.cookie.sameSite": "strict",
        "engine.initialPacket": "hello",
        "engine.httpCompression.threshold": 10,
        "socketio.addTrailingSlash": false,
      },
    });
    test("each is seen in the handshake", async () => {
      const { status, headers, body } = await ask(t.server, "/socket.io?EIO=4&transport=polling", { headers: { "accept-encoding": "gzip" } });
      assert.equal(status, 200);
      assert.equal(headers["content-encoding"], "gzip");
      const [open, first] = gunzipSync(body).toString().split("\x1e");
      const { sid, upgrades } = JSON.parse(open.slice(1));
      assert.deepEqual(upgrades, []);
      assert.equal(first, "4hello");
      assert.deepEqual(headers["set-cookie"], [`io=${sid}; Max-Age=60; Domain=example.org; Path=/; HttpOnly; Secure; SameSite=Strict`]);
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      await socket.next();
      assert.equal(await socket.next(), "4hello");
    });
    test("the cookie comes once, and an upgrade is refused", async () => {
      const polling = await pollingSession(t.server);
      assert.equal((await polling.post("40")).headers["set-cookie"], undefined);
      const socket = await webSocket(t, polling.upgradePath);
      assert.equal((await socket.closed).code, 1008);
    });
  });

  describe("with WebSocket alone", () => {
    const t = suite({ properties: { "engine.transports": "websocket" } });
    test("polling is an unknown transport, and no session may go on by it", async () => {
      const { status, body } = await ask(t.server, "/socket.io/?EIO=4&transport=polling");
      assert.equal(status, 400);
      assert.deepEqual(JSON.parse(body), { code: 0, message: Errors[0] });
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      const { sid, upgrades } = JSON.parse((await socket.next()).slice(1));
      assert.deepEqual(upgrades, []);
      assert.equal(JSON.parse((await ask(t.server, `/socket.io/?EIO=4&transport=polling&sid=${sid}`)).body).code, 0);
    });
  });

  describe("with small messages, no compression, and a cookie that scripts see", () => {
    const t = suite({
      properties: {
        "engine.maxHttpBufferSize": 2000,
        "engine.httpCompression.enabled": false,
        "engine.cookie.name": "sid",
        "engine.cookie.path": "/x",
        "engine.cookie.httpOnly": false,
        "engine.cookie.sameSite": "off",
      },
    });
    const packet = (size) => `420["${"x".repeat(size - 7)}"]`;

    test("the limit is told, and holds for bodies and for WebSocket messages", async () => {
      const polling = await pollingSession(t.server);
      assert.equal(polling.maxPayload, 2000);
      await polling.post("40");
      await polling.poll();
      assert.equal(packet(2000).length, 2000);
      assert.equal((await polling.post(packet(2000))).status, 200);
      const answer = await exchange(t.server, `POST ${polling.at} HTTP/1.1\r\nHost: x\r\nContent-Length: 2001\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 413 /);
      const socket = await webSocket(t, "/socket.io/?EIO=4&transport=websocket");
      socket.send("40");
      while (!(await socket.next()).startsWith("40"));
      socket.send(packet(2000));
      while (!(await socket.next()).startsWith("430"));
      socket.send(packet(2001));
      assert.equal((await socket.closed).code, 1009);
    });

    test("an answer beyond the threshold comes as it is", async () => {
      const polling = await pollingSession(t.server);
      await polling.post("40");
      await polling.poll();
      await polling.post(packet(1900));
      const { headers, body } = await polling.poll({ "accept-encoding": "gzip, deflate" });
      assert.ok(body.length > 1024);
      assert.equal(headers["content-encoding"], undefined);
      assert.match(body.toString(), /^430\[/);
    });

    test("the cookie is as it was set", async () => {
      const { headers, body } = await ask(t.server, "/socket.io/?EIO=4&transport=polling");
      assert.deepEqual(headers["set-cookie"], [`sid=${JSON.parse(body.toString().slice(1)).sid}; Path=/x`]);
    });
  });
});
