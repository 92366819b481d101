// Signing in, and creating an account if the user confirms that the name is new.
import { askPerson } from "./base/dialog.js";
import { byId, showProblem } from "./base/dom.js";
import { complainAt } from "./base/fields.js";
import { wrongWithName, wrongWithNewPassword } from "./login/names.js";
import { currentAccount, endedSignIn, signIn } from "./session/account.js";
import { Connection } from "./session/connection.js";
import { Refusal, Unreachable, explain, plural } from "./session/refusal.js";

const ConnectPatience = 8_000;
const query = new URLSearchParams(location.search);

/** Only a page of this site: a link to the login page must not lead to another site. */
function destination() {
  const next = (query.get("next") ?? "").replace(/^\//, "");
  return /^(chat|search|messages)(\?|$)/.test(next) ? next : "chat";
}

class Door {
  #username = byId("username");
  #password = byId("password");
  #keep = byId("keep");
  #submit = byId("submit");
  #connection = null;

  constructor() {
    byId("door").addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#submit.disabled) this.#enter();
    });
    byId("reveal").addEventListener("click", ({ currentTarget: reveal }) => {
      const shown = this.#password.type === "password";
      this.#password.type = shown ? "text" : "password";
      reveal.textContent = shown ? "Hide" : "Show";
      reveal.setAttribute("aria-pressed", String(shown));
    });
  }

  /** Says why the sign-in has ended, if it has, and focuses the first empty field. */
  greet() {
    const ended = endedSignIn();
    if (query.get("reason") === "expired") showProblem(byId("problem"), reasonOf(ended));
    if (ended) {
      this.#username.value = ended.username;
      this.#keep.checked = ended.kept;
    }
    (ended ? this.#password : this.#username).focus();
  }

  /** For a page that the browser has kept: it must not show another user's password. */
  reset() {
    this.#password.value = "";
    this.#become("Sign in", false);
  }

  async #enter() {
    const name = this.#username.value.trim();
    const password = this.#password.value;
    const wrong = wrongWithName(name);
    if (wrong) return this.#complain(this.#username, wrong);
    if (!password) return this.#complain(this.#password, "Write your password.");
    this.#complain(null, "");
    this.#become("Signing in…", true);
    try {
      const answer = await this.#login({ username: name, password });
      if (answer) return this.#entered(answer);
      this.#become("Sign in", false);
    } catch (error) {
      this.#become("Sign in", false);
      this.#explain(error, name);
    }
  }

  /** The server's answer; null if the name is new and the user doesn't want to create an account. */
  async #login(user_auth) {
    await this.#online();
    const ask = (meta) => this.#connection.request("login", { meta, data: { type: "login", user_auth } });
    try {
      // A mistyped name must not create an account.
      return await ask({ create: false });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 404) throw error;
    }
    return (await this.#wantsAccount(user_auth)) ? ask({}) : null;
  }

  async #wantsAccount({ username, password }) {
    const wrong = wrongWithNewPassword(username, password);
    if (wrong) {
      this.#complain(this.#password, wrong);
      return false;
    }
    const wants = await askPerson({
      title: `Create ${username}?`,
      text: "Nobody here has that name yet. If you have an account already, look at how you wrote its name.",
      yes: `Create ${username}`,
      no: "Change the name",
    });
    if (!wants) this.#username.focus();
    return wants;
  }

  #entered({ data, meta }) {
    const { username } = data.user_auth;
    signIn({ id: data.id, username, token: meta.token, expires: meta.expires, kept: this.#keep.checked });
    if (meta.created) sessionStorage.setItem("chat.created", "true");
    this.#connection.close();
    this.#password.value = "";
    location.replace(destination());
  }

  async #online() {
    this.#connection ??= new Connection();
    this.#connection.connect();
    let timer = 0;
    const patience = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Unreachable()), ConnectPatience);
    });
    await Promise.race([this.#connection.whenOnline(), patience]).finally(() => clearTimeout(timer));
  }

  #become(text, busy) {
    this.#submit.textContent = text;
    this.#submit.disabled = busy;
  }

  /** Below that field, or, for `null`, above the form. */
  #complain(field, text) {
    complainAt([this.#username, this.#password], field, text);
    showProblem(byId("problem"), field ? "" : text);
  }

  #explain(error, name) {
    if (error.code === 401) return this.#complain(this.#password, `That is not the password of ${name}.`);
    if (error.code === 429) this.#countDown(error);
    this.#complain(null, explain(error, { 400: "The server can’t take this username and password.", 413: "The username or the password is too long." }));
  }

  /** Counts down the server's "try again in n s"; the button is disabled meanwhile. */
  #countDown({ retryAfter }) {
    const until = Date.now() + (retryAfter ?? 1) * 1000;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      this.#become(left > 0 ? `Wait ${plural(left, "second", "seconds")}` : "Sign in", left > 0);
      if (left > 0) setTimeout(tick, 250);
    };
    tick();
  }
}

function reasonOf(ended) {
  const waits = ended?.waiting ? ` ${plural(ended.waiting, "message waits", "messages wait")} to be sent as ${ended.username}.` : "";
  return `Your sign-in has ended. Please sign in again.${waits}`;
}

const go = () => {
  if (currentAccount()) location.replace(destination());
};

const door = new Door();
door.greet();
go();
// The user has signed in in another tab, or has come back with the browser's Back.
window.addEventListener("storage", go);
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  door.reset();
  go();
});
