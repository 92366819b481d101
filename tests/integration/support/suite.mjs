// One server for the tests of a file; at the end of each test its clients are closed.
import { after, afterEach, before } from "node:test";
import { Client, newUser } from "./client.mjs";
import { TestServer } from "./server.mjs";

const Patience = 30_000;
let running = 0;

/** What a failed test has left open would keep the process, and with it all files after this one. */
function endIfNothingFollows() {
  if (--running > 0) return;
  setTimeout(() => {
    console.error(`still open ${Patience / 1000} s after the last test: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit(1);
  }, Patience).unref();
}

/**
 * `properties` and `launcher` go to the server, `prepare(server)` fills it. The returned object has `server` once the tests run, and
 * `connect` and `user` as in client.mjs.
 */
export function suite({ properties = {}, launcher = [], prepare = async () => {} } = {}) {
  ++running;
  const open = [];
  const context = {
    server: null,
    async connect(options) {
      return context.keep(await Client.connect(context.server, options));
    },
    async user(stem, options) {
      return context.keep(await newUser(context.server, stem, options));
    },
    keep(closable) {
      open.push(closable);
      return closable;
    },
  };
  before(async () => {
    context.server = await TestServer.start(properties, launcher);
    await prepare(context.server);
  });
  afterEach(() => {
    for (const closable of open.splice(0)) closable.close();
  });
  after(async () => {
    await context.server?.dispose();
    endIfNothingFollows();
  });
  return context;
}
