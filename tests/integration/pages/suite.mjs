// A server, a browser and the people who use them, for the tests of a file; and what a page shows, waited for: it draws
// with the next frame, so what is looked at right after an action may be that of before.
import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { newName } from "../support/client.mjs";
import { until } from "../support/server.mjs";
import { suite } from "../support/suite.mjs";
import { Person, launch } from "./browser.mjs";

/** As suite() in ../support; with `browser` once the tests run, started with `launchOptions`. Nobody's page may have had a fault at the end of a test. */
export function pageSuite({ properties, launchOptions } = {}) {
  const t = suite({ properties });
  const people = [];
  const keep = (person) => {
    people.push(person);
    return person;
  };
  before(async () => {
    t.browser = await launch(launchOptions);
  });
  afterEach(async () => {
    for (const person of people.splice(0)) {
      assert.deepEqual(person.faults, [], `faults on the page of ${person.name}`);
      await person.leave();
    }
  });
  after(() => t.browser?.close());
  return Object.assign(t, {
    arrive: async (options) => keep(await Person.arrive(t.browser, t.server, options)),
    signedIn: async (name = newName("person"), options = {}) => keep(await Person.signedIn(t.browser, t.server, name, options)),
  });
}

/** Waits until the title is that, or, if it ends in `…`, begins with it. */
export const titled = (page, title) =>
  page.waitForFunction((wanted) => (wanted.endsWith("…") ? document.title.startsWith(wanted.slice(0, -1)) : document.title === wanted), title);

/** Waits until there are this many. */
export const counted = (locator, number) => until(async () => (await locator.count()) === number, `${number} of ${locator}`);

/** Waits until the element's text is that, or matches it if it is a pattern. */
export const reads = (locator, wanted) =>
  until(async () => {
    const text = await locator.innerText();
    return wanted instanceof RegExp ? wanted.test(text) : text === wanted;
  }, `${locator} to read ${wanted}`);

/** Waits until these are the texts of all elements, as read by `read`. */
export async function listed(locator, wanted, read = (text) => text) {
  let texts = [];
  try {
    await until(async () => {
      texts = (await locator.allInnerTexts()).map(read);
      return JSON.stringify(texts) === JSON.stringify(wanted);
    }, `${locator}`);
  } catch {
    assert.deepEqual(texts, wanted);
  }
}

export const hidden = (locator) => locator.waitFor({ state: "hidden" });
