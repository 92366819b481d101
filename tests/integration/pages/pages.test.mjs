// The use of the pages, in a real browser.
import assert from "node:assert/strict";
import http from "node:http";
import { describe, test } from "node:test";
import { newName, newUser } from "../support/client.mjs";
import { until } from "../support/server.mjs";
import { Person, sent } from "./browser.mjs";
import { counted, hidden, listed, pageSuite, reads, titled } from "./suite.mjs";

describe("pages in a browser", () => {
  const t = pageSuite();
  const { arrive } = t;
  const signedIn = (stem, options) => t.signedIn(newName(stem), options);

  describe("signing in", () => {
    test("a new name gets an account and is told so; the same form lets it in again", async () => {
      const name = newName("new");
      const person = await arrive();
      await person.signUp(name);
      await person.page.waitForURL("**/chat");
      await person.page.getByText(`The account ${name} was created`).waitFor();
      await person.ui.signOut.click();
      await person.page.waitForURL("**/login");
      await person.signIn(name);
      await person.page.waitForURL("**/chat");
      await person.page.getByText("Connected").waitFor();
      await hidden(person.page.getByText("was created"));
    });

    test("a wrong password is said, and nothing of it stays in the address", async () => {
      const { username } = await t.user();
      const person = await arrive();
      await person.signIn(username, "certainly not this");
      const alert = person.page.getByRole("alert");
      await alert.filter({ hasText: "not the password" }).waitFor();
      assert.ok(!person.page.url().includes("certainly"));
      await person.signIn(username);
      await person.page.waitForURL("**/chat");
    });

    test("too short a password is said in words, below its field", async () => {
      const person = await arrive();
      await person.signIn(newName(), "short");
      const alert = person.page.locator(".field", { has: person.ui.password }).getByRole("alert");
      await alert.filter({ hasText: "choose a password of at least 8 characters" }).waitFor();
      assert.equal(await person.ui.password.getAttribute("aria-invalid"), "true");
      await person.signIn("two words", "long enough");
      await person.page.locator(".field", { has: person.ui.username }).getByRole("alert").filter({ hasText: "letters from A to Z" }).waitFor();
      await hidden(alert);
    });

    test("a mistyped name becomes no account", async () => {
      const { username } = await t.user();
      const mistyped = `${username}e`;
      const person = await arrive();
      await person.signIn(mistyped);
      const question = person.page.getByRole("dialog");
      await question.getByRole("heading", { name: `Create ${mistyped}?` }).waitFor();
      await question.getByRole("button", { name: "Change the name" }).click();
      await hidden(question);
      const client = await t.connect();
      const user_auth = { username: mistyped, password: "whatever it is" };
      const { document } = await client.request("login", { meta: { create: false }, data: { type: "login", user_auth } });
      assert.equal(document.errors.code, "404");
      await person.signIn(username);
      await person.page.waitForURL("**/chat");
      await person.page.getByText("Connected").waitFor();
      await hidden(person.page.getByText("was created"));
    });

    test("pages behind the login lead to it and come back", async () => {
      const name = newName();
      const person = await arrive();
      await person.page.goto(`${t.server.url}/search`);
      await person.page.waitForURL("**/login?*");
      await person.signUp(name);
      await person.page.waitForURL("**/search");
    });

    test("a token that the server refuses ends at the login, with the reason", async () => {
      const person = await signedIn();
      const client = await t.connect();
      const { document } = await client.login(person.name);
      await person.page.evaluate((token) => {
        const account = JSON.parse(sessionStorage.getItem("chat.account"));
        sessionStorage.setItem("chat.account", JSON.stringify({ ...account, token: `${token}x` }));
      }, document.meta.token);
      await person.page.reload();
      await person.page.waitForURL("**/login?*");
      await person.page.getByText("Your sign-in has ended").waitFor();
    });

    test("signing out forgets this person on this device", async () => {
      const person = await signedIn();
      await person.ui.signOut.click();
      await person.page.waitForURL("**/login");
      assert.equal(await person.page.evaluate(() => localStorage.length + sessionStorage.length), 0);
    });
  });

  describe("chatting", () => {
    test("two people write to each other, live, and the list shows who", async () => {
      const ann = await signedIn("ann");
      const ben = await signedIn("ben");
      await ann.write(ben.name, "Hello Ben 👋");
      await sent(ann.page, "Hello Ben").waitFor();
      const row = ben.page.locator(".person", { hasText: ann.name });
      await row.waitFor();
      await reads(row, /1/);
      await titled(ben.page, "(1)…");
      await row.click();
      await ben.sees("Hello Ben 👋");
      await titled(ben.page, "Chat");
      await ben.write(ann.name, "Hello Ann");
      await ann.sees("Hello Ann");
      await counted(ann.page.locator(".message"), 2);
    });

    test("Enter sends, Shift+Enter is a new line", async () => {
      const ann = await signedIn("ann");
      await ann.open(ann.name);
      await ann.ui.message.fill("one");
      await ann.ui.message.press("Shift+Enter");
      await ann.ui.message.pressSequentially("two");
      await ann.ui.message.press("Enter");
      await sent(ann.page, "one").waitFor();
      await reads(ann.page.locator(".message .text"), "one\ntwo");
    });

    test("an image by link is shown to both, with its dimensions; a video has its player", async () => {
      const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80" fill="teal"/></svg>';
      const host = http.createServer((request, answer) => answer.writeHead(200, { "Content-Type": "image/svg+xml" }).end(picture));
      await new Promise((resolve) => host.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${host.address().port}/picture.svg`;
      try {
        const ann = await signedIn("ann");
        const ben = await signedIn("ben");
        await ben.open(ann.name);
        await ann.ui.to.fill(ben.name);
        await ann.page.getByRole("button", { name: "Add link" }).click();
        await ann.page.getByLabel("Image link").fill(url);
        await ann.page.getByLabel("Video link").fill("https://example.org/film.mp4");
        await ann.page.locator("#preview img").waitFor();
        await ann.ui.message.fill("Look");
        await ann.ui.send.click();
        const image = ben.page.locator(".message img");
        await image.waitFor();
        await ben.page.locator(`.message img[src="${url}"][width="120"][height="80"]`).waitFor();
        await until(() => image.evaluate((element) => element.complete && element.naturalWidth === 120), "the image");
        const film = ben.page.locator(".message").locator("video, a.media-link");
        await film.first().waitFor();
      } finally {
        host.close();
      }
    });

    test("what a user writes is text, never markup", async () => {
      const ann = await signedIn("ann");
      const ben = await signedIn("ben");
      const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
      await ben.open(ann.name);
      await ann.write(ben.name, evil);
      await ben.sees(evil);
      const text = ben.page.locator(".message .text");
      await reads(text, evil);
      assert.equal(await text.locator("*").count(), 0);
      assert.equal(await ben.page.evaluate(() => window.hacked), undefined);
      const client = await newUser(t.server, "client");
      t.keep(client);
      await client.send(ben.name, "see javascript:alert(1) and https://example.org/a?b=1.");
      await ben.page.locator(".person", { hasText: client.username }).click();
      const links = ben.page.locator(".message .text a");
      await links.first().waitFor();
      await counted(links, 1);
      await ben.page.locator('.message .text a[href="https://example.org/a?b=1"][rel~="noopener"]').waitFor();
    });

    test("a message that can't be sent says why and can be removed", async () => {
      const ann = await signedIn("ann");
      await ann.write("nobody-at-all", "anybody?");
      const failed = ann.page.locator(".message[data-state=failed]");
      await failed.waitFor();
      await reads(failed, /Not sent/);
      await failed.getByRole("button", { name: "Remove" }).click();
      await failed.waitFor({ state: "detached" });
      await ann.write("", "to whom?");
      await ann.page.getByRole("alert").filter({ hasText: "Whom is it for" }).waitFor();
    });

    test("more messages than the server takes at once are sent one after the other, in order", async () => {
      const ann = await signedIn("ann");
      await ann.open(ann.name);
      for (let i = 1; i <= 40; ++i) {
        await ann.ui.message.fill(`quick ${i}`);
        await ann.ui.message.press("Enter");
      }
      await sent(ann.page, /^.*quick 40/s).waitFor({ timeout: 20_000 });
      await listed(ann.page.locator(".message .text"), Array.from({ length: 40 }, (_, i) => `quick ${i + 1}`));
    });

    test("scrolling back brings the older ones, without gap or repetition", async () => {
      const writer = await t.user("writer");
      const ann = await signedIn("ann");
      for (let i = 1; i <= 70; ++i) await writer.sendPatiently(ann.name, `line ${i}`);
      await ann.page.reload();
      await ann.open(writer.username);
      await ann.sees("line 70");
      await until(
        async () => {
          await ann.page.locator("#scroll").evaluate((element) => element.scrollTo(0, 0));
          return (await ann.page.locator(".message").count()) === 70;
        },
        "all 70",
      );
      await listed(ann.page.locator(".message .text"), Array.from({ length: 70 }, (_, i) => `line ${i + 1}`));
      await hidden(ann.page.getByRole("button", { name: "Show earlier" }));
    });
  });

  describe("being away", () => {
    test("offline: what was missed arrives, what was written goes out, once", async () => {
      const ann = await signedIn("ann");
      const ben = await signedIn("ben");
      await ann.write(ben.name, "before");
      await ben.open(ann.name);
      await ben.sees("before");
      await ben.context.setOffline(true);
      await ben.page.getByText("Offline").waitFor();
      await ben.ui.message.fill("written offline");
      await ben.ui.send.click();
      await ben.page.locator(".message[data-state=queued]", { hasText: "written offline" }).waitFor();
      await ann.write(ben.name, "while you were away");
      await sent(ann.page, "while you were away").waitFor();
      await ben.context.setOffline(false);
      await ben.sees("while you were away");
      await sent(ben.page, "written offline").waitFor();
      await ann.sees("written offline");
      for (const { page } of [ann, ben]) await counted(page.locator(".message"), 3);
    });

    test("a page that was closed shows the messages that came meanwhile", async () => {
      const name = newName("ben");
      const ben = await Person.signedIn(t.browser, t.server, name);
      await ben.leave();
      const ann = await signedIn("ann");
      await ann.write(name, "are you there?");
      await sent(ann.page, "are you there?").waitFor();
      const again = await t.signedIn(name);
      await again.page.locator(".person", { hasText: ann.name }).click();
      await again.sees("are you there?");
    });

    test("the server restarts: the page reconnects by itself", async () => {
      const ann = await signedIn("ann");
      await ann.open(ann.name);
      await ann.page.getByText("Connected").waitFor();
      await t.server.end("SIGTERM");
      await ann.page.getByText("Offline").waitFor();
      await ann.ui.message.fill("kept until you are back");
      await ann.ui.send.click();
      await t.server.launch();
      await ann.page.getByText("Connected").waitFor({ timeout: 15_000 });
      await sent(ann.page, "kept until you are back").waitFor();
    });
  });

  describe("searching", () => {
    test("45 messages, page by page", async () => {
      const writer = await t.user("writer");
      const ann = await signedIn("ann");
      for (let i = 1; i <= 45; ++i) await writer.sendPatiently(ann.name, `note ${i}${i === 7 ? " about the Projector" : ""}`);
      await ann.page.goto(`${t.server.url}/search`);
      const { ui, page } = ann;
      await ui.to.fill(writer.username);
      await ui.rows.fill("20");
      await ui.search.click();
      const shows = (list) => listed(page.locator(".result .text"), list);
      const notes = Array.from({ length: 45 }, (_, i) => `note ${45 - i}${45 - i === 7 ? " about the Projector" : ""}`);
      await shows(notes.slice(0, 20));
      await page.getByText("1–20 of 45").waitFor();
      await page.getByRole("button", { name: "Next" }).click();
      await shows(notes.slice(20, 40));
      await page.getByRole("button", { name: "Next" }).click();
      await shows(notes.slice(40));
      await until(() => page.getByRole("button", { name: "Next" }).isDisabled(), "the last page");
      await page.goBack();
      await shows(notes.slice(20, 40));
      await ui.page.fill("1");
      await ui.search.click();
      await shows(notes.slice(0, 20));
      await page.getByLabel("Containing").fill("projector");
      await ui.search.click();
      await shows(["note 7 about the Projector"]);
      await reads(page.locator("mark"), "Projector");
    });

    test("an unknown name and numbers out of range are reported", async () => {
      const { ui, page } = await signedIn("ann");
      await page.goto(`${t.server.url}/messages`);
      await ui.to.fill("nobody-at-all");
      await ui.search.click();
      await page.getByRole("alert").filter({ hasText: "Nobody here is called" }).waitFor();
      await ui.rows.fill("500");
      await ui.search.click();
      await page.getByRole("alert").filter({ hasText: "1 to 100" }).waitFor();
    });
  });

  test("narrow screens: the list, then the conversation, and back", async () => {
    const writer = await t.user("writer");
    const ann = await signedIn("ann", { viewport: { width: 390, height: 780 } });
    await writer.send(ann.name, "on the phone");
    await ann.page.locator(".person", { hasText: writer.username }).click();
    await ann.sees("on the phone");
    await hidden(ann.page.locator(".people"));
    await ann.page.getByRole("button", { name: "Back" }).click();
    await ann.page.locator(".people").waitFor();
    await ann.page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);
  });
});
