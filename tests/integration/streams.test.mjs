// Positions that plugins emit with (EmitOptions::position): each plugin numbers for itself, and a user is told all of it.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { after, describe, test } from "node:test";
import { PluginFolder } from "./support/folder.mjs";
import { pluginFolder, until } from "./support/server.mjs";
import { suite } from "./support/suite.mjs";

const folder = await PluginFolder.make();
for (const plugin of ["login", "messages"]) await fs.copyFile(path.join(pluginFolder, `${plugin}.so`), folder.path(`${plugin}.so`));
for (const plugin of ["counting-high", "counting-low"]) await folder.drop(plugin);
after(() => folder.dispose());

/** What the client is told by each of the two, in the order in which it comes. */
function listening(client) {
  const heard = { "counting-high": [], "counting-low": [] };
  for (const [event, numbers] of Object.entries(heard)) client.socket.on(event, (number) => numbers.push(number));
  return heard;
}

/** Lets the plugin tell the client's user these numbers, one after the other. */
async function tell(client, plugin, numbers) {
  assert.equal((await client.request(`${plugin}:user`, numbers)).status, 0);
}

const from = (first, count) => Array.from({ length: count }, (_, index) => first + index);

describe("two plugins that emit with positions to the same user", () => {
  const t = suite({ properties: { "plugins.folder": folder.folder, "server.threads": 2 } });

  for (const transports of [["websocket"], ["polling"]]) {
    test(`every event of both comes, in order for each, over ${transports}`, async () => {
      const ann = await t.user("ann");
      const devices = await Promise.all(from(0, 4).map(() => t.connect({ auth: { token: ann.token }, transports })));
      const heard = devices.map(listening);
      const [high, low] = [from(1_000_000, 100), from(1, 100)];
      for (let i = 0; i < 100; i += 10) {
        // By two sockets, so that the two plugins' workers run side by side; and `messages` has numbers of its own.
        await Promise.all([tell(devices[0], "counting-high", high.slice(i, i + 10)), tell(devices[1], "counting-low", low.slice(i, i + 10))]);
        assert.equal((await ann.sendPatiently(ann.username, `${i}`)).status, 0);
      }
      for (const [index, numbers] of heard.entries()) {
        await until(() => numbers["counting-high"].at(-1) === high.at(-1) && numbers["counting-low"].at(-1) === low.at(-1), "the last of both");
        assert.deepEqual(numbers, { "counting-high": high, "counting-low": low });
        const messages = await devices[index].messages.count(10);
        assert.deepEqual(messages.map(({ data }) => data.message.message_data), from(0, 10).map((i) => `${i * 10}`));
      }
    });
  }

  test("what isn't above the last of its own stream is left out, and the other stream doesn't notice", async () => {
    const ann = await t.user("ann");
    const heard = listening(ann);
    await tell(ann, "counting-low", [5]);
    await tell(ann, "counting-high", [1000, 1001, 1001, 1000, 5]);
    await tell(ann, "counting-low", [5, 4, 6]);
    await tell(ann, "counting-high", [1002]);
    await until(() => heard["counting-high"].includes(1002), "the last event");
    assert.deepEqual(heard, { "counting-high": [1000, 1001, 1002], "counting-low": [5, 6] });
  });

  test("a position for a room is the handler's fault: its caller is told, and nobody hears anything", async () => {
    const ann = await t.user("ann");
    const heard = listening(ann);
    const { document } = await ann.request("counting-low:room");
    assert.equal(document.errors.code, "500");
    await until(async () => /an emit with a position is for a user \(Target::toUser\), not for rooms/.test(await t.server.log()), "the reason in the log");
    await tell(ann, "counting-low", [1]);
    await until(() => heard["counting-low"].length > 0, "what is emitted next");
    assert.deepEqual(heard, { "counting-high": [], "counting-low": [1] });
  });
});
