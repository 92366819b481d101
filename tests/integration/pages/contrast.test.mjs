// Everything that the pages show can be read, in both colour schemes: contrast as WCAG 2 AA asks for it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newName } from "../support/client.mjs";
import { until } from "../support/server.mjs";
import { sent } from "./browser.mjs";
import { faint } from "./contrast.mjs";
import { counted, pageSuite } from "./suite.mjs";

/** Nothing on the page is too faint, and what is asked about, `least` pieces of text and fields, is there. */
async function readable(page, what, least) {
  const { found, looked } = await page.evaluate(faint);
  assert.deepEqual(found, [], what);
  assert.ok(looked >= least, `${what}: only ${looked} pieces were looked at`);
}

for (const colorScheme of ["light", "dark"]) {
  const options = { colorScheme, reducedMotion: "reduce" };

  describe(`in the ${colorScheme} scheme`, () => {
    const t = pageSuite();

    test("the check itself finds what is faint", async () => {
      const { page } = await t.arrive(options);
      await page.evaluate(() => {
        const [sheet] = document.styleSheets; // the policy allows no other
        for (const rule of [".lead { opacity: 0.4 }", "#username::placeholder { color: var(--line) }", "#submit { color: #777; background: #999 }", "#password { border-color: var(--surface) }"]) {
          sheet.insertRule(rule, sheet.cssRules.length);
        }
        document.querySelector("#username").placeholder = "name";
      });
      const { found } = await page.evaluate(faint);
      for (const what of [/^"One form .* of p\.lead/, /the placeholder of input\.username/, /"Sign in" of button/, /the edge of input\.password/]) assert.ok(found.some((line) => what.test(line)), `${what} among ${found}`);
    });

    test("the login: as it comes, with what is wrong, with its question", async () => {
      const person = await t.arrive(options);
      await readable(person.page, "the login", 10);
      await person.ui.signIn.hover();
      await readable(person.page, "its button under the pointer", 10);
      await person.ui.signIn.click();
      await person.page.locator(".wrong:not([hidden])").first().waitFor();
      await readable(person.page, "what is missing", 12);
      const taken = await t.user("taken");
      await person.signIn(taken.username, "not the password");
      await person.page.locator("#password-problem:not([hidden])").waitFor();
      await readable(person.page, "a wrong password", 11);
      await person.signIn(newName("ann"));
      await person.page.getByRole("dialog").waitFor();
      await readable(person.page, "the question", 13);
    });

    test("the chat: lists, links, both sides' messages in every state, placeholders, notices", async () => {
      const writer = await t.user("writer");
      const ann = await t.signedIn(newName("ann"), options);
      const { page, ui } = ann;
      await readable(page, "nobody yet, and the toast", 10);
      await page.locator("#attach").click();
      await readable(page, "the fields for links", 13);
      await page.locator("#attach").click();

      await writer.send(ann.name, "see https://example.org/ and write");
      await writer.send(ann.name, "a film", { attributes: { video: { url: "https://example.org/film.mp4", source: "https://example.org/film", length: "1:23" } } });
      const row = page.locator(".person", { hasText: writer.username });
      await row.locator(".badge").waitFor();
      await readable(page, "an unread message", 14);
      await row.hover();
      await readable(page, "the list under the pointer", 14);
      await row.click();
      await counted(page.locator(".message"), 2);
      await readable(page, "the other's messages", 16);
      await writer.typing(ann.name, true);
      await page.locator("#peer-state[data-typing=true]").waitFor();
      await readable(page, "the other types", 17);
      await writer.typing(ann.name, false);
      await page.locator("#peer-state[data-online=true]").waitFor();
      await readable(page, "the other is there", 17);

      await ui.message.fill("mine, see https://example.org/");
      await ui.send.hover();
      await readable(page, "what is written, and the button under the pointer", 16);
      await ui.send.click();
      await sent(page, "mine, see").waitFor();
      await readable(page, "one's own, sent", 18);
      const newest = (await writer.messages.wait(({ data }) => data.message.message_data.startsWith("mine"))).data.id;
      assert.equal((await writer.receipt(ann.name, { read: newest })).status, 0);
      await page.locator(".message[data-receipt=read]").waitFor();
      await readable(page, "one's own, read", 18);
      await ui.message.fill("x".repeat(20_000));
      await page.locator(".counter[data-over=true]").waitFor();
      await readable(page, "too long", 18);
      await ui.message.fill("");

      await ann.context.setOffline(true);
      await page.getByText("Offline").waitFor();
      await ui.message.fill("waits, see https://example.org/");
      await ui.send.click();
      await page.locator(".message[data-state=queued]").waitFor();
      await readable(page, "one that waits", 20);
      await ann.context.setOffline(false);
      await sent(page, "waits, see").waitFor();
      await ann.write("nobody-at-all", "failed, see https://example.org/");
      await page.locator(".message[data-state=failed] .failure").waitFor();
      await readable(page, "one that failed", 14);
    });

    test("the search: results with what was looked for, pages, what is wrong", async () => {
      const ann = await t.signedIn(newName("ann"), options);
      const writer = await t.user("writer");
      for (const text of ["a planet, see https://example.org/planet", "another planet"]) await writer.send(ann.name, text);
      await ann.page.goto(`${t.server.url}/search`);
      await ann.ui.search.waitFor();
      await readable(ann.page, "the empty search", 12);
      await ann.page.goto(`${t.server.url}/search?to=${writer.username}&query=planet&rows=1`);
      await ann.page.locator(".result mark").first().waitFor();
      await readable(ann.page, "the results", 18);
      await ann.ui.to.fill("nobody-at-all");
      await ann.ui.search.click();
      await until(() => ann.page.getByRole("alert").filter({ hasText: "Nobody here is called" }).isVisible(), "the notice");
      await readable(ann.page, "a notice", 12);
    });
  });
}
