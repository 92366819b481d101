// Other scripts, other clocks, another day.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newName } from "../support/client.mjs";
import { until } from "../support/server.mjs";
import { sent } from "./browser.mjs";
import { counted, pageSuite, reads } from "./suite.mjs";

/** A time zone in which it is about noon now, so that no test runs over a real midnight. */
function zoneOfNoon() {
  const offset = new Date().getUTCHours() - 12;
  return offset === 0 ? "Etc/GMT" : `Etc/GMT${offset > 0 ? "+" : ""}${offset}`;
}

describe("writing as people do it", () => {
  const t = pageSuite();

  test("the Enter that ends a composition sends nothing, in Safari neither", async () => {
    const ann = await t.signedIn(newName("ann"));
    await ann.open(ann.name);
    await ann.ui.message.fill("にほん");
    for (const options of [{ isComposing: true, keyCode: 13 }, { isComposing: false, keyCode: 229 }]) {
      const isPrevented = await ann.ui.message.evaluate(
        (field, init) => !field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init })),
        options,
      );
      assert.equal(isPrevented, false, JSON.stringify(options));
    }
    assert.equal(await ann.ui.message.inputValue(), "にほん");
    await ann.ui.message.press("Enter");
    await sent(ann.page, "にほん").waitFor();
    await counted(ann.page.locator(".message"), 1);
  });

  test("right-to-left text is shown so in the list too, the user's own after a “You:”", async () => {
    const writer = await t.user("writer");
    const ann = await t.signedIn(newName("ann"));
    await writer.send(ann.name, "שלום, Ann!");
    const last = ann.page.locator(".person", { hasText: writer.username }).locator(".person-last");
    await reads(last, "שלום, Ann!");
    // The list is made anew whenever something in it changes, so an element may be gone between being found and asked.
    const goes = (locator, wanted) =>
      until(async () => (await locator.evaluate((element) => getComputedStyle(element).direction)) === wanted, `${locator} to be ${wanted}`);
    await goes(last, "rtl");
    await ann.write(writer.username, "שלום!");
    await reads(last, "You: שלום!");
    await goes(last, "ltr");
    await goes(last.locator("bdi"), "rtl");
    await ann.ui.message.fill("שלום");
    await goes(ann.ui.message, "rtl");
  });

  test("a length of 83 is 1:23, and links end where they should", async () => {
    const writer = await t.user("writer");
    const ann = await t.signedIn(newName("ann"));
    await writer.send(ann.name, "(see https://example.org/Mars_(planet)) 或 www.example.org。", { attributes: { video: { url: "https://example.org/film", source: "example.org", length: 83 } } });
    await ann.page.locator(".person", { hasText: writer.username }).click();
    await reads(ann.page.locator(".message figcaption"), "example.org · 1:23");
    const links = await ann.page.locator(".message .text a").evaluateAll((all) => all.map((link) => [link.textContent, link.href]));
    assert.deepEqual(links, [["https://example.org/Mars_(planet)", "https://example.org/Mars_(planet)"], ["www.example.org", "https://www.example.org/"]]);
  });

  test("dates are in the language of the page, whatever the browser's", async () => {
    const ann = await t.signedIn(newName("ann"), { locale: "de-DE", timezoneId: zoneOfNoon() });
    await ann.write(ann.name, "today");
    await sent(ann.page, "today").waitFor();
    await reads(ann.page.locator(".day"), "Today");
    const title = await ann.page.locator(".message time").getAttribute("title");
    assert.match(title, /^(January|February|March|April|May|June|July|August|September|October|November|December) /);
    assert.match(await ann.page.locator(".message time").innerText(), /^\d\d:\d\d$/, "the clock is the person's own");
  });

  test("after midnight \"today\" becomes \"yesterday\", without a reload", async () => {
    const ann = await t.arrive({ timezoneId: zoneOfNoon() });
    await ann.page.clock.install();
    await ann.goIn(newName("ann"));
    await ann.write(ann.name, "before midnight");
    await sent(ann.page, "before midnight").waitFor();
    await reads(ann.page.locator(".day"), "Today");
    await ann.page.clock.fastForward("14:00:00");
    await reads(ann.page.locator(".day"), "Yesterday");
    const weekday = await until(async () => {
      const text = await ann.page.locator(".person-time").innerText();
      return /^[A-Z][a-z]{2}$/.test(text) && text;
    }, "the list to name the day");
    assert.ok(weekday);
  });
});
