// The protocol without a client library: raw requests, Engine.IO sessions packet by packet, WebSockets that keep their
// messages.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import WebSocket from "ws";

const Patience = 10_000;

/** One request on a connection of its own: `{status, headers, body}`, the body a Buffer. */
export function ask(server, path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: server.port, path, method, headers, agent: false }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** A metric of the operations port at `port`, by its name with labels; NaN if it doesn't exist. */
export async function metric(port, name) {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
  return Number(text.split("\n").find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
}

/** Bytes in, bytes out, until the server closes; `until` ends it earlier. */
export function exchange(server, bytes, until = null) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, "127.0.0.1", () => socket.write(bytes));
    let answer = "";
    socket.setTimeout(Patience, () => socket.destroy(new Error(`no end after ${JSON.stringify(answer)}`)));
    socket.on("data", (part) => {
      answer += part.toString("latin1");
      if (until && answer.includes(until)) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

/** The answer to a hand-written WebSocket handshake, as text. */
export const upgradeBy = (server, path, fields = "") =>
  exchange(
    server,
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${fields}\r\n`,
    "\r\n\r\n",
  );

/** A WebSocket that keeps its messages: `next()`, `closed`. */
export async function webSocket(t, path, options = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${t.server.port}${path}`, options);
  t.keep({ close: () => socket.terminate() });
  const heard = [];
  let wake = () => {};
  socket.on("message", (data, isBinary) => {
    heard.push(isBinary ? data : data.toString());
    wake();
  });
  socket.on("error", () => {});
  const closed = once(socket, "close").then(([code, reason]) => ({ code, reason: reason.toString() }));
  await once(socket, "open");
  return {
    socket,
    heard,
    closed,
    send: (data) => socket.send(data),
    close: () => socket.close(),
    async next() {
      const end = Date.now() + Patience;
      while (heard.length === 0) {
        if (Date.now() > end) throw new Error("nothing came");
        await Promise.race([new Promise((resolve) => (wake = resolve)), closed.then(() => Promise.reject(new Error("it closed first")))]);
      }
      return heard.shift();
    },
  };
}

/** A polling session of Engine.IO 4, without a client library. */
export async function pollingSession(server, path = "/socket.io/", query = "EIO=4") {
  const { status, body } = await ask(server, `${path}?${query}&transport=polling`);
  if (status !== 200) throw new Error(`the handshake was answered ${status}: ${body}`);
  const open = JSON.parse(body.toString().match(/\{.*?\}/)[0]);
  const at = `${path}?${query}&transport=polling&sid=${open.sid}`;
  return {
    ...open,
    at,
    /** The open packet's content. */
    more: body.toString().slice(body.toString().indexOf("}") + 1),
    poll: (headers) => ask(server, at, { headers }),
    post: (packets, headers) => ask(server, at, { method: "POST", body: packets, headers: { "content-type": "text/plain;charset=UTF-8", ...headers } }),
    upgradePath: `${path}?${query}&transport=websocket&sid=${open.sid}`,
  };
}

/** A polling session that has entered `/`; the answer to that is taken. */
export async function enteredSession(server) {
  const polling = await pollingSession(server);
  await polling.post("40");
  assert.match((await polling.poll()).body.toString(), /^40\{"sid":/);
  return polling;
}
