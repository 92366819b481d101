// How the pages show texts, dates, dimensions and refusals, without a browser.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dayName, duration, localeFor } from "../../../htdocs/assets/js/base/dates.js";
import { linksIn } from "../../../htdocs/assets/js/base/links.js";
import { lengthText, shownSize } from "../../../htdocs/assets/js/base/media.js";
import { wrongWithName, wrongWithNewPassword } from "../../../htdocs/assets/js/login/names.js";
import { Refusal, Unreachable, explain } from "../../../htdocs/assets/js/session/refusal.js";

describe("links in a text", () => {
  const table = [
    ["nothing here", []],
    ["https://example.org", ["https://example.org"]],
    ["HTTP://EXAMPLE.ORG/A", ["HTTP://EXAMPLE.ORG/A"]],
    ["see https://example.org/a?b=1.", ["https://example.org/a?b=1"]],
    ["https://example.org/a, https://example.org/b; and so on", ["https://example.org/a", "https://example.org/b"]],
    ["is it https://example.org/?", ["https://example.org/"]],
    ["wait… https://example.org/a…", ["https://example.org/a"]],
    ["https://en.wikipedia.org/wiki/Mars_(planet)", ["https://en.wikipedia.org/wiki/Mars_(planet)"]],
    ["(https://en.wikipedia.org/wiki/Mars_(planet))", ["https://en.wikipedia.org/wiki/Mars_(planet)"]],
    ["(see https://en.wikipedia.org/wiki/Mars_(planet).)", ["https://en.wikipedia.org/wiki/Mars_(planet)"]],
    ["(https://example.org/a)", ["https://example.org/a"]],
    ["(https://example.org/a).", ["https://example.org/a"]],
    ["[https://example.org/a]", ["https://example.org/a"]],
    ["[text](https://example.org/a_(b))", ["https://example.org/a_(b)"]],
    ["https://example.org/?q[]=1&q[]=2", ["https://example.org/?q[]=1&q[]=2"]],
    ["https://[::1]:8080/a", ["https://[::1]:8080/a"]],
    ['"https://example.org/a"', ["https://example.org/a"]],
    ["“https://example.org/a”", ["https://example.org/a"]],
    ["'https://example.org/a'", ["https://example.org/a"]],
    ["https://example.org/O'Neill", ["https://example.org/O'Neill"]],
    ["<https://example.org/a>", ["https://example.org/a"]],
    ["`https://example.org/a`", ["https://example.org/a"]],
    ["请看https://example.org/a。谢谢", ["https://example.org/a"]],
    ["请看（https://example.org/a）。", ["https://example.org/a"]],
    ["https://example.org/a，https://example.org/b", ["https://example.org/a", "https://example.org/b"]],
    ["「https://example.org/a」、", ["https://example.org/a"]],
    ["https://example.org/路径/页", ["https://example.org/路径/页"]],
    ["https://例え.jp/a！", ["https://例え.jp/a"]],
    ["انظر https://example.org/a، ثم", ["https://example.org/a"]],
    ["https://example.org/a؟", ["https://example.org/a"]],
    ["देखो https://example.org/a।", ["https://example.org/a"]],
    ["www.example.org", ["www.example.org"]],
    ["go to www.example.org/a_(b), please", ["www.example.org/a_(b)"]],
    ["请看www.example.org。", ["www.example.org"]],
    ["WWW.Example.Org", ["WWW.Example.Org"]],
    ["www.", []],
    ["www.example", []],
    ["www..org", []],
    ["wwww.example.org", []],
    ["ann@www.example.org", []],
    ["https://www.example.org/", ["https://www.example.org/"]],
    ["https://example.org/?u=https://example.com/", ["https://example.org/?u=https://example.com/"]],
    ["xhttps://example.org", []],
    ["https://", []],
    ["https:// example.org", []],
    ["javascript:alert(1) data:text/html,x ftp://example.org", []],
    ["https://example.org/\u202egpj.exe", ["https://example.org/"]],
    ["https://example.org/a\u200bb", ["https://example.org/a"]],
    ["https://example.org/a\nhttps://example.org/b", ["https://example.org/a", "https://example.org/b"]],
    ["https://example.org/#a:~:text=b", ["https://example.org/#a:~:text=b"]],
    ["https://example.org/**", ["https://example.org/"]],
    ["https://example.org/😀", ["https://example.org/😀"]],
  ];
  for (const [text, wanted] of table) {
    test(JSON.stringify(text), () => {
      const found = linksIn(text);
      assert.deepEqual(found.map(({ from, to }) => text.slice(from, to)), wanted);
      for (const { url } of found) assert.match(url.href, /^https?:\/\/[^/]/);
    });
  }

  test("www. leads to https", () => assert.equal(linksIn("www.example.org")[0].url.href, "https://www.example.org/"));

  test("a text of one long word is looked through in no time", () => {
    const start = performance.now();
    linksIn("https://".repeat(10_000));
    linksIn(`www.${"a.".repeat(40_000)}`);
    linksIn(`https://example.org/${"(".repeat(20_000)}${")".repeat(40_000)}`);
    assert.ok(performance.now() - start < 2_000);
  });
});

describe("dates and lengths", () => {
  test("a length of 83 is 1:23", () => {
    for (const [length, wanted] of [[83, "1:23"], ["83", "1:23"], [5, "0:05"], [59.6, "1:00"], [3723, "1:02:03"], [0, "0:00"], ["1:23", "1:23"], ["a while", "a while"], [-1, ""], [null, ""], [NaN, ""]]) {
      assert.equal(lengthText(length), wanted, String(length));
    }
    assert.equal(duration(600), "10:00");
  });

  test("dates are in the page's language, in the person's own variety of it", () => {
    assert.equal(localeFor("en", ["de-DE", "en-GB", "en-US"]), "en-GB");
    assert.equal(localeFor("en", ["de-DE", "de"]), "en");
    assert.equal(localeFor("de", ["en-US", "de-CH"]), "de-CH");
    assert.equal(localeFor("en", []), "en");
  });

  test("days have their names", () => {
    const days = (ago) => new Date(new Date().setHours(12, 0, 0, 0) - ago * 86_400_000);
    assert.equal(dayName(days(0)), "Today");
    assert.equal(dayName(days(1)), "Yesterday");
    assert.match(dayName(days(30)), /\d/);
  });

  test("a picture keeps its shape: nothing is higher than its limit allows", () => {
    assert.deepEqual(shownSize({ width: 120, height: 80 }), { width: 120, height: 80 });
    assert.deepEqual(shownSize({ width: 600, height: 1200 }), { width: 144, height: 288 });
    assert.deepEqual(shownSize({ width: 4000, height: 2000 }), { width: 576, height: 288 });
    assert.deepEqual(shownSize({ width: 1, height: 20000 }), { width: 1, height: 288 });
    for (const odd of [{}, { width: 5 }, { width: "x", height: 3 }, { width: -1, height: 5 }]) assert.deepEqual(shownSize(odd), { width: null, height: null });
  });
});

describe("words for people", () => {
  const detail = "Data.user_auth.password must have 8 to 1024 characters (fault 1a2b3c)";
  const codes = ["400", "401", "403", "404", "413", "429", "500", "503", "504", "418"];

  test("nothing of the server's own sentences is shown", () => {
    for (const code of codes) {
      const text = explain(new Refusal({ errors: { code, detail }, meta: { retry_after: 3 } }));
      assert.ok(!/user_auth|1024|Data\./.test(text), `${code}: ${text}`);
      assert.match(text, /^[A-Z].*\.$/, code);
    }
    for (const error of [new Unreachable(), new TypeError("x is not a function")]) assert.ok(!/function|undefined/.test(explain(error)));
  });

  test("error messages say what helps: how long to wait, the id of a fault", () => {
    assert.match(explain(new Refusal({ errors: { code: "429" }, meta: { retry_after: 1 } })), /in 1 second\./);
    assert.match(explain(new Refusal({ errors: { code: "429" }, meta: { retry_after: 3 } })), /in 3 seconds\./);
    assert.match(explain(new Refusal({ errors: { code: "500", detail: "Something went wrong in the server (fault 1a2b3c)." } })), /under 1a2b3c;/);
    assert.equal(explain(new Refusal({ errors: { code: "404" } }), { 404: "Nobody." }), "Nobody.");
  });

  test("names and passwords are looked at before the server has to", () => {
    for (const name of ["ann", "A.b_c-9", "x".repeat(32)]) assert.equal(wrongWithName(name), "", name);
    for (const name of ["", "two words", "ä", "x".repeat(33), "a/b"]) assert.notEqual(wrongWithName(name), "", name);
    assert.equal(wrongWithNewPassword("ann", "😀".repeat(8)), "");
    assert.match(wrongWithNewPassword("ann", "😀".repeat(7)), /at least 8/);
    assert.match(wrongWithNewPassword("ann", "x".repeat(1025)), /at most 1024/);
  });
});
