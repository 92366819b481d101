// The layout of the pages: whatever the text, nothing overflows, and headings and links have names.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { newName } from "../support/client.mjs";
import { until } from "../support/server.mjs";
import { pageSuite } from "./suite.mjs";

const phone = { viewport: { width: 380, height: 760 } };
const desktop = { viewport: { width: 1280, height: 800 } };

/** In the page: what reaches over its sides, and what can be scrolled sideways. */
function overflowing() {
  const hides = (element) => element !== document.body && element !== document.documentElement && /hidden|clip/.test(getComputedStyle(element).overflowX);
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className}`;
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const { left, right, width } = element.getBoundingClientRect();
    if (width <= 1) continue;
    let ancestor = element.parentElement;
    while (ancestor && !hides(ancestor)) ancestor = ancestor.parentElement;
    if (!ancestor && (right > innerWidth + 1 || left < -1)) found.push(`${name(element)} from ${left} to ${right}`);
    if (/auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1) found.push(`${name(element)} scrolls sideways`);
  }
  return found;
}

describe("whatever is written", () => {
  const t = pageSuite({ properties: { "messages.textCharacters": 16_383 } });
  const long = (length) => "x".repeat(length);
  const fits = async (person, what) => assert.deepEqual(await person.page.evaluate(overflowing), [], what);

  for (const [device, options, length] of [["a phone", phone, 120], ["a desktop", desktop, 100_000]]) {
    test(`a word or link of ${length} characters stays within its bubble, list and result on ${device}`, async () => {
      const name = newName("W".repeat(23));
      const writer = await t.user("W".repeat(23));
      const ann = await t.signedIn(name, options);
      await fits(ann, "the toast of a new account");
      const stored = long(Math.min(length, 16_000)); // what the server takes
      for (const text of [stored, `https://example.org/${stored}`]) await writer.send(ann.name, text);
      const video = { url: `https://example.org/${stored.slice(0, 6_000)}`, source: stored.slice(0, 6_000), length: "1:23" };
      assert.equal((await writer.send(ann.name, "film", { attributes: { video, image: { url: `http://127.0.0.1:1/${stored.slice(0, 2_000)}` } } })).status, 0);
      const row = ann.page.locator(".person", { hasText: writer.username });
      await row.waitFor();
      await fits(ann, "the list");
      await row.click();
      await until(async () => (await ann.page.locator(".message").count()) === 3, "the messages");
      await fits(ann, "the conversation");
      await ann.ui.message.fill(long(length));
      await fits(ann, "the field to write in");
      await ann.ui.message.fill(long(Math.min(length, 4_000)));
      await ann.ui.send.click();
      await until(async () => (await ann.page.locator(".message[data-state=sent]").count()) === 4, "one's own");
      await fits(ann, "one's own message");
      await ann.ui.to.fill(`nobody${long(26)}`);
      await ann.ui.to.press("Enter");
      await ann.page.getByText("Nobody here is called").waitFor();
      await ann.ui.message.fill("anybody?");
      await ann.ui.send.click();
      await ann.page.locator(".message[data-state=failed]").waitFor();
      await fits(ann, "what couldn't be sent");
      await ann.page.goto(`${t.server.url}/search?to=${writer.username}`);
      await until(async () => (await ann.page.locator(".result").count()) === 4, "the results");
      await fits(ann, "the results");
      await ann.ui.to.fill(`nobody${long(26)}`);
      await ann.ui.search.click();
      await ann.page.getByRole("alert").filter({ hasText: "Nobody here is called" }).waitFor();
      await fits(ann, "a notice of the search");
      await ann.page.goto(`${t.server.url}/search?to=${writer.username}&query=${long(120)}x&rows=1`);
      await until(async () => /^(Nothing|1–1 of)/.test(await ann.page.locator("#summary").innerText()), "the summary");
      await fits(ann, "the search for a long word");
    });
  }

  test("the question for a new account and error messages fit a phone", async () => {
    const person = await t.arrive(phone);
    await person.signIn("W".repeat(32).slice(0, 24) + newName("").slice(1, 9), "short");
    await person.page.getByRole("alert").filter({ hasText: "at least 8" }).waitFor();
    await fits(person, "what is wrong");
    await person.ui.password.fill("long enough");
    await person.ui.signIn.click();
    await person.page.getByRole("dialog").waitFor();
    await fits(person, "the question");
  });
});

describe("pictures", () => {
  const t = pageSuite();
  let host;
  before(async () => {
    host = http.createServer((request, answer) => {
      const [width, height] = request.url.match(/\d+/g);
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="teal"/></svg>`;
      answer.writeHead(200, { "Content-Type": "image/svg+xml" }).end(svg);
    });
    await new Promise((resolve) => host.listen(0, "127.0.0.1", resolve));
  });
  after(() => host.close());

  for (const [device, options] of [["a phone", phone], ["a desktop", desktop]]) {
    test(`keep their shape on ${device}`, async () => {
      const writer = await t.user("writer");
      const ann = await t.signedIn(newName("ann"), options);
      const shapes = [[600, 1200], [200, 2000], [1600, 900], [3000, 200], [40, 40]];
      for (const [width, height] of shapes) {
        await writer.send(ann.name, `${width} by ${height}`, { attributes: { image: { url: `http://127.0.0.1:${host.address().port}/${width}x${height}.svg`, width, height } } });
      }
      await ann.page.locator(".person", { hasText: writer.username }).click();
      await until(async () => (await ann.page.locator(".message img").count()) === shapes.length, "the pictures");
      for (const [index, [width, height]] of shapes.entries()) {
        const picture = ann.page.locator(".message img").nth(index);
        await picture.scrollIntoViewIfNeeded();
        await until(() => picture.evaluate((element) => element.complete && element.naturalWidth > 0), `${width} by ${height}`);
        const box = await picture.boundingBox();
        assert.ok(box.height <= 289 && box.width > 0, `${JSON.stringify(box)}`);
        assert.ok(Math.abs(box.width / box.height / (width / height) - 1) < 0.04, `${width} by ${height} is shown ${box.width} by ${box.height}`);
      }
      assert.deepEqual(await ann.page.evaluate(overflowing), []);
    });
  }
});

describe("being read out", () => {
  const t = pageSuite();

  test("a phone's logo has a name, and a conversation a heading", async () => {
    const writer = await t.user("writer");
    const ann = await t.signedIn(newName("ann"), phone);
    const heading = (level, name) => ann.page.getByRole("heading", { level, name, exact: true });
    await ann.page.getByRole("banner").getByRole("link", { name: "Chat", exact: true }).waitFor();
    await heading(1, "Chat").waitFor({ state: "attached" });
    await heading(2, "Chats").waitFor();
    await writer.send(ann.name, "hello");
    await ann.page.locator(".person", { hasText: writer.username }).click();
    await heading(2, `Conversation with ${writer.username}`).waitFor({ state: "attached" });
    await heading(1, "Chat").waitFor({ state: "attached" });
    await heading(3, "Today").waitFor();
    await ann.page.goto(`${t.server.url}/search`);
    await ann.page.getByRole("banner").getByRole("link", { name: "Chat", exact: true }).waitFor();
    await heading(1, "Search").waitFor();
  });
});
