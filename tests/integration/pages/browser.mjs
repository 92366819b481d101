// Headless Chromium, a context of its own for each person.
import { chromium } from "playwright-core";
import { newName, passwordOf } from "../support/client.mjs";
import { until } from "../support/server.mjs";

const executablePath = process.env.CHAT_CHROMIUM ?? "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = (options = {}) => chromium.launch({ executablePath, args, ...options });

/** The controls by their accessible names, which docs/protocol.md promises. */
export function controls(page) {
  const field = (name) => page.getByLabel(name, { exact: true });
  const button = (name) => page.getByRole("button", { name, exact: true });
  return {
    username: field("Username"),
    password: field("Password"),
    signIn: button("Sign in"),
    signOut: button("Sign out"),
    to: field("To"),
    message: field("Message"),
    send: button("Send"),
    rows: field("Rows per page"),
    page: field("Page"),
    search: button("Search"),
  };
}

export const bubble = (page, text) => page.locator(".message", { has: page.locator(".text", { hasText: text }) });
export const sent = (page, text) => page.locator(".message[data-state=sent]", { hasText: text });

export class Person {
  /** Opens the login page without a sign-in. Errors of the page and violations of its Content-Security-Policy are
   * collected. */
  static async arrive(browser, server, options = {}) {
    const context = await browser.newContext({ locale: "en-GB", ...options });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const person = new Person(context, page, server);
    page.on("pageerror", (error) => person.faults.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) person.faults.push(message.text());
    });
    await page.goto(`${server.url}/login`);
    return person;
  }

  static async signedIn(browser, server, name = newName("person"), options = {}) {
    const person = await Person.arrive(browser, server, options);
    await person.goIn(name);
    return person;
  }

  constructor(context, page, server) {
    this.context = context;
    this.page = page;
    this.server = server;
    this.faults = [];
    this.name = null;
  }

  get ui() {
    return controls(this.page);
  }

  async signIn(name, password = passwordOf(name)) {
    this.name = name;
    await this.ui.username.fill(name);
    await this.ui.password.fill(password);
    await this.ui.signIn.click();
  }

  /** Signs in with a new name, and confirms that it is new. */
  async signUp(name, password) {
    await this.signIn(name, password);
    await this.page.getByRole("button", { name: `Create ${name}`, exact: true }).click();
  }

  /** Signs in, and creates the account if necessary. */
  async goIn(name) {
    await this.signIn(name);
    const create = this.page.getByRole("button", { name: `Create ${name}`, exact: true });
    const isIn = () => new URL(this.page.url()).pathname.endsWith("/chat");
    if ((await until(async () => (isIn() && "in") || ((await create.isVisible()) && "asked"), "an answer to the sign-in")) === "asked") await create.click();
    await this.page.waitForURL("**/chat");
    // Who goes offline before that may never be told: the client's library listens for it once it is connected.
    await this.page.locator("#status[data-state=online]").waitFor({ state: "attached" });
  }

  async write(to, text) {
    await this.ui.to.fill(to);
    await this.ui.message.fill(text);
    await this.ui.send.click();
  }

  async open(name) {
    await this.ui.to.fill(name);
    await this.ui.to.press("Enter");
  }

  sees(text) {
    return bubble(this.page, text).first().waitFor();
  }

  leave() {
    return this.context.close();
  }
}
