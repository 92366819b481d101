// Each bundle of the browser client that the server serves, in a browser and on every transport.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { TestServer, pluginFolder } from "../support/server.mjs";
import { launch } from "./browser.mjs";

const bundles = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js"];
const ways = [["polling"], ["websocket"], ["polling", "websocket"]];

/** In the page: connects with that bundle; gives the transport and what comes back for text and bytes. (In a browser the msgpack
 * parser takes an ArrayBuffer alone for bytes.) */
async function talk({ bundle, transports }) {
  let io;
  if (bundle.includes("esm")) {
    ({ io } = await import(`/socket.io/${bundle}`));
  } else {
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: `/socket.io/${bundle}`, onload: resolve, onerror: reject });
      document.head.append(script);
    });
    io = window.io;
  }
  const socket = io("/", { transports, forceNew: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("connect_error", reject));
  const { engine } = socket.io;
  if (transports.length > 1 && engine.transport.name === "polling") await new Promise((resolve) => engine.once("upgrade", resolve));
  const answer = await socket.timeout(10_000).emitWithAck("echo", { text: "😀", bytes: new Uint8Array([1, 2, 255]).buffer });
  const result = { transport: engine.transport.name, text: answer.text, bytes: [...new Uint8Array(answer.bytes)] };
  socket.disconnect();
  return result;
}

function bundleServer(properties = {}) {
  const context = {};
  before(async () => {
    context.server = await TestServer.start({ "plugins.folder": path.join(pluginFolder, "../tests/plugins"), ...properties });
    context.browser = await launch();
  });
  after(async () => {
    await context.browser?.close();
    await context.server?.dispose();
  });
  return context;
}

function works(t, bundle) {
  for (const transports of ways) {
    test(`${bundle} over ${transports.join(", then ")}`, async () => {
      const page = await t.browser.newPage();
      await page.goto(`${t.server.url}/login`);
      const result = await page.evaluate(talk, { bundle, transports });
      assert.deepEqual(result, { transport: transports.at(-1), text: "😀", bytes: [1, 2, 255] });
      await page.close();
    });
  }
  test(`${bundle} comes with its map`, async () => {
    const answer = await fetch(`${t.server.url}/socket.io/${bundle}`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type"), /javascript/);
    assert.ok(answer.headers.get("etag"));
    assert.ok((await answer.text()).endsWith(`//# sourceMappingURL=${bundle}.map\n`));
    assert.equal((await fetch(`${t.server.url}/socket.io/${bundle}.map`)).status, 200);
  });
}

describe("bundles of the browser's client", () => {
  const t = bundleServer();
  for (const bundle of bundles) works(t, bundle);
});

describe("the bundle with the msgpack parser", () => {
  const t = bundleServer({ "socketio.parser": "msgpack" });
  works(t, "socket.io.msgpack.min.js");
});
