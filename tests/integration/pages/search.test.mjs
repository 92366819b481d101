// The search for a text.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newName } from "../support/client.mjs";
import { hidden, listed, pageSuite, reads } from "./suite.mjs";

describe("searching for a text", () => {
  const t = pageSuite();

  const searchPage = async (person, query = "") => {
    await person.page.goto(`${t.server.url}/search${query}`);
    await person.ui.search.waitFor();
    return person.page.getByLabel("Containing");
  };
  const more = (page) => page.getByRole("button", { name: /Show older ones|Keep looking/ });

  test("words in all chats, with what was found marked, and older ones on demand", async () => {
    const [ben, cleo] = [await t.user("ben"), await t.user("cleo")];
    const ann = await t.signedIn(newName("ann"));
    await ben.send(ann.name, "The Café is closed");
    await cleo.send(ann.name, "closed, says the cafe's door");
    await ben.send(ann.name, "Straße closed");
    await cleo.send(ben.username, "closed cafe elsewhere");
    const field = await searchPage(ann);
    const { page, ui } = ann;
    const shows = (list) => listed(page.locator(".result .text"), list);
    await field.fill("cafe CLOSED");
    await ui.search.click();
    await shows(["closed, says the cafe's door", "The Café is closed"]);
    await reads(page.locator("#summary"), "1–2 of 2, newest first");
    await listed(page.locator("mark"), ["closed", "cafe", "Café", "closed"]);
    await hidden(more(page));
    await field.fill("strasse");
    await ui.search.click();
    await listed(page.locator("mark"), ["Straße"]);
    await field.fill("closed");
    await ui.rows.fill("1");
    await ui.search.click();
    await shows(["Straße closed"]);
    await reads(page.locator("#summary"), "1–1 of more than 1, newest first");
    await more(page).click();
    await shows(["Straße closed", "closed, says the cafe's door"]);
    await more(page).click();
    await shows(["Straße closed", "closed, says the cafe's door", "The Café is closed"]);
    await hidden(more(page));
    await ui.to.fill(cleo.username);
    await ui.search.click();
    await shows(["closed, says the cafe's door"]);
    await page.goBack();
    await shows(["Straße closed"]);
    await field.fill(`closed from:${ben.username} "the café"`);
    await ui.search.click();
    await shows(["The Café is closed"]);
    await page.reload();
    await shows(["The Café is closed"]);
    await field.fill("nothing like it");
    await ui.search.click();
    await reads(page.locator("#summary"), "Nothing found.");
  });

  test("what is wrong with a search is said at its field", async () => {
    const ann = await t.signedIn(newName("ann"));
    const field = await searchPage(ann);
    const alert = (text) => ann.page.getByRole("alert").filter({ hasText: text });
    await ann.ui.search.click();
    await alert("Whose messages?").waitFor();
    for (const [typed, words] of [['"open', "The search has a quote that isn't closed."], ["before:soon", "The search needs a date"], ["from:nobody-at-all", "nobody’s here"]]) {
      await field.fill(typed);
      await ann.ui.search.click();
      await alert(words).waitFor();
      assert.equal(await field.getAttribute("aria-invalid"), "true");
    }
    await field.fill("x");
    await ann.ui.search.click();
    await reads(ann.page.locator("#summary"), "Nothing found.");
    assert.equal(await field.getAttribute("aria-invalid"), "false");
  });
});

describe("a search that takes its time", () => {
  const t = pageSuite({ properties: { "messages.burst": 100_000, "messages.perSecond": 100_000, "msgsearch.timeMs": 10 } });

  test("a search that takes its time is continued until the page is full", async () => {
    const writer = await t.user("writer");
    const ann = await t.signedIn(newName("ann"));
    await writer.send(ann.name, "the first one");
    for (let i = 0; i < 10; ++i) await Promise.all(Array.from({ length: 200 }, () => writer.send(ann.name, "e".repeat(500))));
    await ann.page.goto(`${t.server.url}/search?query=t`);
    await listed(ann.page.locator(".result .text"), ["the first one"]);
    await reads(ann.page.locator("#summary"), /^1–1/);
  });
});
