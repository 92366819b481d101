// Engine.IO 3, and clients of both versions that don't accept binary frames.
import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";

import { pollingSession, webSocket } from "./support/requests.mjs";
import { pluginFolder, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

describe("Engine.IO 3", () => {
  const t = suite({
    properties: {
      // One loop, so that packets on several connections are handled in their order.
      "server.threads": 1,
      "engine.pingInterval": 600,
      "engine.pingTimeout": 1200,
    },
  });
  const session = (query) => pollingSession(t.server, "/socket.io/", query);

  /** Polls until the pattern matches what has come. */
  const heard = async (polling, pattern) => {
    let all = polling.more;
    await until(async () => {
      if (pattern.test(all)) return true;
      all += (await polling.poll()).body.toString();
      return pattern.test(all);
    }, `${pattern}`);
    return all;
  };

  test("lengths count UTF-16 units, and b64 says whether it is base64", async () => {
    const polling = await session("EIO=3&b64=1");
    await heard(polling, /2:40/);
    polling.more = "";
    const packet = `420["none €😀"]`;
    const { status } = await polling.post(`${packet.length}:${packet}`);
    assert.equal(status, 200);
    const [, length, answer] = (await heard(polling, /430/)).match(/^(\d+):(430.*)$/s);
    // Whether it is sent with escapes depends on what the server has learned about the client's release.
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

  test("the client pings; a silent session is ended, also after an upgrade", async () => {
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

describe("Engine.IO to clients without binary frames", () => {
  const t = suite({ properties: { "plugins.folder": path.join(pluginFolder, "../tests/plugins") } });
  test("binary frames in base64 if the client asks for it", async () => {
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
        let heard = polling.more;
        // A packet before the connect handler has decided would end the connection.
        const entered = async () => /40/.test(heard) || /40/.test((heard += (await polling.poll()).body.toString()));
        await until(entered, "the namespace");
        assert.equal((await polling.post(packets)).status, 200, JSON.stringify(packets));
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
