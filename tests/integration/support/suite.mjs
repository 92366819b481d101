// One server for the tests of a file; at the end of each test its clients are closed.
import { after, afterEach, before } from "node:test";
import { Client, newUser } from "./client.mjs";
import { TestServer } from "./server.mjs";

/**
 * `properties` and `launcher` go to the server, `prepare(server)` fills it. The returned object has `server` once the tests run, and
 * `connect` and `user` as in client.mjs.
 */
export function suite({ properties = {}, launcher = [], prepare = async () => {} } = {}) {
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
  after(() => context.server?.dispose());
  return context;
}
