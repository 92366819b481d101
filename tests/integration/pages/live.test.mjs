// What users see of each other while they chat: who is online, who writes, what was delivered and read.
import { describe, test } from "node:test";
import { newName } from "../support/client.mjs";
import { Person, sent } from "./browser.mjs";
import { hidden, listed, pageSuite, reads, titled } from "./suite.mjs";

describe("two people at once", () => {
  const t = pageSuite({ properties: { "typing.seconds": 1, "presence.intervalMs": 100, "presence.graceSeconds": 1 } });
  const { signedIn } = t;
  const row = (person, other) => person.page.locator(".person", { hasText: other.name });
  const state = (person, text) => person.page.locator("#peer-state", { hasText: text });
  const ticks = (person, text, receipt) => person.page.locator(`.message[data-receipt=${receipt}]`, { hasText: text });

  test("users who come online and go offline are seen by those who watch", async () => {
    const ann = await signedIn(newName("ann"));
    const name = newName("ben");
    const ben = await Person.signedIn(t.browser, t.server, name);
    await ben.write(ann.name, "hello");
    const dot = row(ann, ben).locator(".presence");
    await dot.waitFor();
    await row(ann, ben).click();
    await state(ann, "online").waitFor();
    await ben.leave();
    await dot.waitFor({ state: "hidden" });
    await state(ann, /last seen at \d?\d:\d\d/).waitFor();
    await signedIn(name);
    await dot.waitFor();
    await state(ann, "online").waitFor();
  });

  test("typing is shown to the other, and ends by itself", async () => {
    const ann = await signedIn(newName("ann"));
    const ben = await signedIn(newName("ben"));
    await ann.write(ben.name, "hello");
    await row(ben, ann).waitFor();
    await ann.ui.message.pressSequentially("I am");
    await row(ben, ann).filter({ hasText: "typing…" }).waitFor();
    await row(ben, ann).click();
    await row(ben, ann).filter({ hasText: "hello" }).waitFor();
    await ann.ui.message.fill("");
    await ann.ui.message.pressSequentially("writing");
    await state(ben, "typing…").waitFor();
    await ben.page.locator("#writing").waitFor();
    await ben.page.locator("#writing").waitFor({ state: "hidden" });
    await state(ben, "typing…").waitFor({ state: "detached" });
  });

  test("typing ends with the message", async () => {
    const ann = await signedIn(newName("ann"));
    const ben = await signedIn(newName("ben"));
    await ann.open(ben.name);
    await ben.open(ann.name);
    await ann.ui.message.pressSequentially("quick");
    await ann.ui.send.click();
    await ben.sees("quick");
    await hidden(ben.page.locator("#writing"));
  });

  test("one tick is sent, two are delivered, coloured ones read", async () => {
    const ann = await signedIn(newName("ann"));
    const name = newName("ben");
    const ben = await Person.signedIn(t.browser, t.server, name);
    await ben.leave();
    await ann.write(name, "where are you?");
    await ticks(ann, "where", "sent").waitFor();
    const back = await signedIn(name);
    await ticks(ann, "where", "delivered").waitFor();
    await row(back, ann).click();
    await ticks(ann, "where", "read").waitFor();
    await reads(ticks(ann, "where", "read"), /Read/);
    await ann.page.reload();
    await ann.open(name);
    await ticks(ann, "where", "read").waitFor();
  });

  test("the badge counts, and clears on every device when one has read", async () => {
    const ann = await signedIn(newName("ann"));
    const ben = await signedIn(newName("ben"));
    const phone = await signedIn(ben.name, { viewport: { width: 390, height: 780 } });
    for (const text of ["one", "two", "three"]) await ann.write(ben.name, text);
    await sent(ann.page, "three").waitFor();
    const badge = (person) => row(person, ann).locator(".badge");
    await badge(ben).filter({ hasText: "3" }).waitFor();
    await badge(phone).filter({ hasText: "3" }).waitFor();
    await ben.page.reload();
    await badge(ben).filter({ hasText: "3" }).waitFor();
    await titled(ben.page, "(3)…");
    await row(phone, ann).click();
    await phone.sees("three");
    await badge(ben).waitFor({ state: "hidden" });
    await titled(ben.page, "Chat");
    await ann.write(ben.name, "four");
    await badge(ben).filter({ hasText: "1" }).waitFor({ state: "attached" });
  });

  test("a new device has the list with its counts", async () => {
    const ben = await signedIn(newName("ben"));
    const writers = await Promise.all(["a", "b", "c"].map((stem) => t.user(stem)));
    for (const writer of writers) await writer.send(ben.name, `from ${writer.username}`);
    await writers[0].send(ben.name, "once more");
    const device = await signedIn(ben.name);
    await row(device, { name: writers[2].username }).waitFor();
    await titled(device.page, "(4) Chat");
    await listed(device.page.locator(".person .badge"), [2, 1, 1], (text) => parseInt(text, 10));
    await reads(device.page.locator(".person").first(), /once more/);
  });
});
