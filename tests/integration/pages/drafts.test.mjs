// Drafts stay with their conversation.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newName } from "../support/client.mjs";
import { until } from "../support/server.mjs";
import { sent } from "./browser.mjs";
import { counted, pageSuite } from "./suite.mjs";

describe("drafts", () => {
  const t = pageSuite();
  const holds = (person, text) => until(async () => (await person.ui.message.inputValue()) === text, `the field to hold "${text}"`);
  const row = (person, other) => person.page.locator(".person", { hasText: other.username });

  /** Ann, with two people in her list. */
  async function three() {
    const [ben, carl] = [await t.user("ben"), await t.user("carl")];
    const ann = await t.signedIn(newName("ann"));
    for (const other of [ben, carl]) {
      await other.send(ann.name, `hello from ${other.username}`);
      await row(ann, other).waitFor();
    }
    return { ann, ben, carl };
  }

  test("opening another's chat with something begun, and Enter, sends them nothing", async () => {
    const { ann, ben, carl } = await three();
    await row(ann, ben).click();
    await ann.ui.message.fill("only for Ben");
    await row(ann, carl).click();
    await holds(ann, "");
    await ann.ui.message.press("Enter");
    await ann.ui.message.fill("for Carl");
    await ann.ui.message.press("Enter");
    await sent(ann.page, "for Carl").waitFor();
    await row(ann, ben).click();
    await holds(ann, "only for Ben");
    await ann.ui.message.press("Enter");
    await sent(ann.page, "only for Ben").waitFor();
    await holds(ann, "");
    const texts = (client) => client.messages.all.filter(({ data }) => data.message.sid === ann.name).map(({ data }) => data.message.message_data);
    await ben.messages.count(2);
    assert.deepEqual(texts(ben), ["only for Ben"]);
    assert.deepEqual(texts(carl), ["for Carl"]);
  });

  test("another name in the field To is another conversation, with a draft of its own", async () => {
    const { ann, ben, carl } = await three();
    await row(ann, ben).click();
    await ann.ui.message.fill("only for Ben");
    await ann.ui.to.fill(carl.username);
    await ann.ui.send.click();
    await holds(ann, "");
    await counted(ann.page.locator(".message[data-mine=true]"), 0);
    await ann.open(ben.username);
    await holds(ann, "only for Ben");
  });

  test("it survives a reload, which shows the conversation again", async () => {
    const { ann, ben, carl } = await three();
    await row(ann, carl).click();
    await ann.ui.message.fill("to be finished for Carl");
    await row(ann, ben).click();
    await ann.ui.message.fill("to be finished\nfor Ben");
    await ann.page.getByRole("button", { name: "Add link" }).click();
    await ann.page.getByLabel("Video link").fill("https://example.org/film");
    await ann.page.reload();
    await holds(ann, "to be finished\nfor Ben");
    assert.equal(await ann.ui.to.inputValue(), ben.username);
    assert.equal(await ann.page.getByLabel("Video link").inputValue(), "https://example.org/film");
    await ann.open(carl.username);
    await holds(ann, "to be finished for Carl");
    assert.ok(!ann.page.url().includes(ben.username), "nobody's name in the address");
  });

  test("a text that was written without a name, or under a mistyped one, moves to the right one", async () => {
    const { ann, ben } = await three();
    await ann.ui.message.fill("for whom?");
    await ann.ui.to.fill(`${ben.username}-typo`);
    await ann.ui.to.press("Enter");
    await ann.page.getByText("Nobody here is called").waitFor();
    await holds(ann, "for whom?");
    await ann.open(ben.username);
    await holds(ann, "for whom?");
    await ann.ui.message.press("Enter");
    await sent(ann.page, "for whom?").waitFor();
  });
});
