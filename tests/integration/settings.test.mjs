// The settings with which an operator can change the protocol's limits.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newName, refusal } from "./support/client.mjs";
import { suite } from "./support/suite.mjs";

describe("settings", () => {
  const t = suite({
    properties: {
      "socketio.namespaces": "/, /team",
      "socketio.namespacePatterns": "/room-\\\\d{1,3} /(de|fr)/.+",
      "login.autoCreate": true,
      "login.tokenHours": 2,
      "messages.textCharacters": 5,
      "messages.attributesBytes": 20,
      "messages.attributesDepth": 2,
      "messages.burst": 4,
      "messages.perSecond": 1,
    },
  });
  const code = ({ document }) => document.errors?.code;

  test("the namespaces are those that the setting lists", async () => {
    const member = await t.user("member", { nsp: "/team" });
    assert.equal((await member.send(member.username, "hi")).status, 0);
    assert.equal((await refusal(t.server, { nsp: "/chat" })).message, "Invalid namespace");
  });

  test("a namespace whose name a pattern has is made when it is asked for", async () => {
    const [one, two] = [await t.user("one", { nsp: "/room-12" }), await t.user("two", { nsp: "/de/köln" })];
    assert.equal((await one.send(two.username, "hi")).status, 0);
    await two.messages.count(1);
    assert.equal((await refusal(t.server, { nsp: "/room-1234" })).message, "Invalid namespace");
  });

  test("how long a token is valid", async () => {
    const { document } = await (await t.connect()).login(newName());
    const hours = (Date.parse(document.meta.expires) - Date.now()) / 3_600_000;
    assert.ok(Math.abs(hours - 2) < 0.1, `${hours}`);
  });

  test("how long a text may be, how large and deep attributes", async () => {
    const user = await t.user();
    assert.equal(code(await user.send(user.username, "sixxxx")), "413");
    assert.equal(code(await user.send(user.username, "", { attributes: { pad: "x".repeat(12) } })), "413");
    assert.equal(code(await user.send(user.username, "", { attributes: { a: { b: {} } } })), "413");
    const exact = [["fivex"], ["", { attributes: { pad: "x".repeat(10) } }], ["", { attributes: { a: { b: 1 } } }]];
    for (const [text, more] of exact) assert.equal((await user.send(user.username, text, more)).status, 0, JSON.stringify(more ?? text));
  });

  test("how many messages at once", async () => {
    const user = await t.user();
    const answers = await Promise.all(Array.from({ length: 8 }, () => user.send(user.username, "x")));
    assert.equal(code(answers[0]), undefined);
    assert.ok(answers.filter((answer) => code(answer) === "429").length >= 1);
  });
});
