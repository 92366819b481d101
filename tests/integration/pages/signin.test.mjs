// Sign-ins and their unsent messages: several tabs, a token that is ended elsewhere, leaving and coming back.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newName, passwordOf } from "../support/client.mjs";
import { until } from "../support/server.mjs";
import { Person, sent } from "./browser.mjs";
import { counted, hidden, pageSuite, reads } from "./suite.mjs";

/** Another tab of the same browser, at the chat. */
async function tabOf(person) {
  const page = await person.context.newPage();
  page.on("pageerror", (error) => person.faults.push(String(error)));
  await page.goto(`${person.server.url}/chat`);
  const tab = new Person(person.context, page, person.server);
  tab.faults = person.faults;
  tab.name = person.name;
  return tab;
}

const queued = (person, text) => person.page.locator(".message[data-state=queued]", { hasText: text });
const remembered = (person) => person.page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) => key.includes(".out.")).length);

/** Signed in with "Keep me signed in on this device". */
async function kept(t, stem) {
  const person = await t.arrive();
  await person.page.getByLabel("Keep me signed in").check();
  await person.goIn(newName(stem));
  return person;
}

async function writeOffline(person, to, text) {
  await person.ui.to.fill(to);
  await person.ui.message.fill(text);
  await person.ui.send.click();
  await queued(person, text).waitFor();
}

describe("several tabs with one sign-in", () => {
  const t = pageSuite();

  test("waiting messages of both tabs are sent once, also by a third tab", async () => {
    const reader = await t.user("reader");
    const ann = await kept(t, "ann");
    const other = await tabOf(ann);
    await other.page.getByText("Connected").waitFor();
    await ann.context.setOffline(true);
    for (const tab of [ann, other]) await tab.page.getByText("Offline").waitFor();
    await writeOffline(ann, reader.username, "from the first");
    await writeOffline(other, reader.username, "from the second");
    await writeOffline(ann, reader.username, "from the first again");
    await queued(other, "from the first again").waitFor();
    await ann.page.close();
    await other.page.close();
    await ann.context.setOffline(false);
    const later = await tabOf(ann);
    await reader.messages.count(3);
    await later.page.getByText("Connected").waitFor();
    assert.deepEqual(
      reader.messages.all.map(({ data }) => data.message.message_data),
      ["from the first", "from the second", "from the first again"],
    );
    await until(async () => (await remembered(later)) === 0, "nothing to wait any more");
  });

  test("while both are open one of them sends, and both show it", async () => {
    const reader = await t.user("reader");
    const ann = await kept(t, "ann");
    const other = await tabOf(ann);
    await other.page.getByText("Connected").waitFor();
    await ann.context.setOffline(true);
    for (const tab of [ann, other]) await tab.page.getByText("Offline").waitFor();
    for (let i = 1; i <= 5; ++i) await writeOffline(i % 2 ? ann : other, reader.username, `number ${i}`);
    await ann.context.setOffline(false);
    await reader.messages.count(5);
    assert.deepEqual(reader.messages.all.map(({ data }) => data.message.message_data), [1, 2, 3, 4, 5].map((i) => `number ${i}`));
    for (const tab of [ann, other]) {
      await counted(tab.page.locator(".message[data-state=sent]"), 5);
      await counted(tab.page.locator(".message"), 5);
    }
  });

  test("signing out in one tab leaves the other accounts of the device alone", async () => {
    const ben = await kept(t, "ben");
    await ben.page.evaluate(() => sessionStorage.setItem("probe", "of this tab"));
    // Another user in a tab of the same browser, signed in only for that tab, before Ben chose to stay signed in.
    const page = await ben.context.newPage();
    const carl = await t.user("carl");
    await page.goto(`${t.server.url}/login`);
    await page.evaluate(
      ({ id, username, token }) => sessionStorage.setItem("chat.account", JSON.stringify({ id, username, token })),
      { id: carl.id, username: carl.username, token: carl.token },
    );
    await page.goto(`${t.server.url}/chat`);
    await page.getByText("Connected").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/chat"); // The login page redirects: Ben is still signed in on this device.
    await reads(page.locator("#me"), ben.name);
    await ben.page.reload();
    await ben.page.getByText("Connected").waitFor();
    await reads(ben.page.locator("#me"), ben.name);
  });

  test("another kept sign-in takes nothing from the open tab", async () => {
    const ben = await kept(t, "ben");
    const carl = await t.user("carl");
    await ben.page.getByText("Connected").waitFor();
    const page = await ben.context.newPage();
    await page.goto(`${t.server.url}/chat`);
    await page.evaluate(
      ({ id, username, token }) => localStorage.setItem("chat.account", JSON.stringify({ id, username, token, kept: true })),
      { id: carl.id, username: carl.username, token: carl.token },
    );
    await page.reload();
    await reads(page.locator("#me"), carl.username);
    await ben.page.reload();
    await ben.page.getByText("Connected").waitFor();
    await reads(ben.page.locator("#me"), ben.name);
  });
});

describe("a sign-in that ends", () => {
  const t = pageSuite();
  const tokenOf = (person) => person.page.evaluate(() => JSON.parse(sessionStorage.getItem("chat.account") ?? localStorage.getItem("chat.account")).token);

  test("the end of a sign-in elsewhere is shown at once, and waiting messages are sent after the next sign-in", async () => {
    const reader = await t.user("reader");
    const ann = await t.signedIn(newName("ann"));
    const token = await tokenOf(ann);
    await ann.context.setOffline(true);
    await ann.page.getByText("Offline").waitFor();
    await writeOffline(ann, reader.username, "kept over all of it");
    await ann.ui.message.fill("begun");
    const elsewhere = await t.connect({ auth: { token } });
    assert.equal((await elsewhere.request("logout")).status, 0);
    await ann.context.setOffline(false);
    await ann.page.waitForURL("**/login?*");
    await ann.page.getByRole("alert").filter({ hasText: "Your sign-in has ended" }).waitFor();
    await ann.page.getByText(`1 message waits to be sent as ${ann.name}`).waitFor();
    assert.equal(await ann.ui.username.inputValue(), ann.name);
    await ann.ui.password.fill(passwordOf(ann.name));
    await ann.ui.signIn.click();
    await ann.page.waitForURL("**/chat");
    await reader.messages.count(1);
    assert.equal(reader.messages.all[0].data.message.message_data, "kept over all of it");
    await ann.open(reader.username);
    await sent(ann.page, "kept over all of it").waitFor();
    assert.equal(await ann.ui.message.inputValue(), "begun");
  });

  test("an idle connected page shows it", async () => {
    const ann = await t.signedIn(newName("ann"));
    await ann.page.getByText("Connected").waitFor();
    const elsewhere = await t.connect({ auth: { token: await tokenOf(ann) } });
    await elsewhere.request("logout");
    await ann.page.waitForURL("**/login?*");
    await ann.page.getByText("Your sign-in has ended").waitFor();
  });

  test("another account that signs in neither sends nor sees the waiting messages", async () => {
    const reader = await t.user("reader");
    const ann = await t.signedIn(newName("ann"));
    const token = await tokenOf(ann);
    await ann.context.setOffline(true);
    await ann.page.getByText("Offline").waitFor();
    await writeOffline(ann, reader.username, "only Ann's");
    await (await t.connect({ auth: { token } })).request("logout");
    await ann.context.setOffline(false);
    await ann.page.waitForURL("**/login?*");
    const other = newName("ben");
    await ann.goIn(other);
    await ann.page.getByText("Connected").waitFor();
    await ann.write(reader.username, "Ben's own");
    await reader.messages.count(1);
    assert.equal(reader.messages.all[0].data.message.message_data, "Ben's own");
    await counted(ann.page.locator(".message"), 1);
  });

  test("signing out asks while messages wait, and deletes them only after a yes", async () => {
    const ann = await t.signedIn(newName("ann"));
    await ann.context.setOffline(true);
    await ann.page.getByText("Offline").waitFor();
    await writeOffline(ann, ann.name, "not out yet");
    await ann.ui.signOut.click();
    const question = ann.page.getByRole("dialog");
    await question.getByText("1 message has not been sent yet").waitFor();
    await question.getByRole("button", { name: "Stay signed in" }).click();
    await queued(ann, "not out yet").waitFor();
    await ann.ui.signOut.click();
    await question.getByRole("button", { name: "Sign out and delete" }).click();
    // The login page can't be had offline: the browser shows a page of its own, and may tell of the failure before.
    await ann.page
      .waitForURL((url) => !url.pathname.endsWith("/chat") || url.protocol === "chrome-error:")
      .catch((error) => assert.match(error.message, /ERR_INTERNET_DISCONNECTED/));
    await ann.context.setOffline(false);
    await ann.page.goto(`${t.server.url}/login`);
    assert.equal(await ann.page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  });

  test("messages that an earlier release has stored are sent", async () => {
    const reader = await t.user("reader");
    const ann = await t.user("ann");
    const person = await t.arrive();
    await person.page.evaluate(
      ({ account, rid }) => {
        sessionStorage.setItem("chat.account", JSON.stringify(account));
        const entry = (lid, text) => ({ lid, rid, text, attributes: {}, date: new Date().toISOString(), state: "queued" });
        sessionStorage.setItem("chat.outbox", JSON.stringify([entry("a1", "older"), entry("a2", "newer")]));
        sessionStorage.setItem("chat.conversations", JSON.stringify({ since: "0", people: [] }));
      },
      { account: { id: ann.id, username: ann.username, token: ann.token }, rid: reader.username },
    );
    await person.page.goto(`${t.server.url}/chat`);
    await reader.messages.count(2);
    assert.deepEqual(reader.messages.all.map(({ data }) => data.message.message_data), ["older", "newer"]);
    assert.equal(await person.page.evaluate(() => sessionStorage.getItem("chat.outbox")), null);
  });
});

describe("Back after signing out", () => {
  // The browser keeps pages for Back only without Playwright's option that forbids it.
  const t = pageSuite({ launchOptions: { ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

  for (const isOffline of [false, true]) {
    test(`the conversation isn't shown any more${isOffline ? ", offline neither" : ""}`, async () => {
      const ann = await t.signedIn(newName("ann"));
      await ann.write(ann.name, "for my eyes only");
      await sent(ann.page, "for my eyes only").waitFor();
      await ann.ui.signOut.click();
      await ann.page.waitForURL("**/login");
      await ann.ui.username.waitFor();
      await ann.context.setOffline(isOffline);
      await ann.page.goBack({ waitUntil: "commit" }).catch(() => {});
      await until(async () => !(await ann.page.content().catch(() => "eyes only")).includes("eyes only"), "nothing to be left of it");
      await hidden(ann.page.locator(".message"));
      if (!isOffline) await ann.ui.username.waitFor();
    });
  }

  test("nor by two steps, over a page that was left signed in", async () => {
    const ann = await t.signedIn(newName("ann"));
    await ann.write(ann.name, "for my eyes only");
    await sent(ann.page, "for my eyes only").waitFor();
    await ann.page.getByRole("link", { name: "Search" }).click();
    await ann.page.waitForURL("**/search");
    await ann.ui.signOut.click();
    await ann.page.waitForURL("**/login");
    await ann.ui.username.waitFor();
    await ann.page.evaluate(() => void setTimeout(() => history.go(-2)));
    await ann.page.waitForURL("**/login?*");
    await ann.ui.username.waitFor();
    await hidden(ann.page.locator(".message"));
  });

  test("a password isn't left in the page of the login", async () => {
    const ann = await t.signedIn(newName("ann"));
    await ann.page.goto(`${t.server.url}/search`);
    await ann.ui.signOut.click();
    await ann.page.waitForURL("**/login");
    for (let step = 0; step < 2; ++step) {
      await ann.page.goBack({ waitUntil: "commit" });
      await ann.ui.password.waitFor();
      assert.equal(await ann.ui.password.inputValue(), "");
    }
  });
});
