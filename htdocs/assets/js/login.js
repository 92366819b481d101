// Signing in, which is signing up where the name is new.
import { currentAccount, signIn } from "./session/account.js";
import { Connection } from "./session/connection.js";
import { byId, showProblem } from "./base/dom.js";
import { Refusal, explain, seconds } from "./session/refusal.js";

const ConnectPatience = 8_000;
const Reasons = { expired: "Your sign-in has ended. Please sign in again." };

const query = new URLSearchParams(location.search);

/** Only a path of our own: a link to this page must not send people elsewhere. */
function destination() {
  const next = query.get("next") ?? "";
  return /^\/(chat|search|messages)(\?|$)/.test(next) ? next : "/chat";
}

const form = byId("door");
const username = byId("username");
const password = byId("password");
const submit = byId("submit");
const problem = byId("problem");
const reveal = byId("reveal");

if (currentAccount()) location.replace(destination());
showProblem(problem, Reasons[query.get("reason")]);
username.focus();

let connection = null;

async function online() {
  connection ??= new Connection();
  connection.connect();
  await Promise.race([
    connection.whenOnline(),
    new Promise((_, reject) => setTimeout(() => reject(new Error("no connection")), ConnectPatience)),
  ]);
}

function complain(field, text) {
  for (const input of [username, password]) input.setAttribute("aria-invalid", String(input === field));
  showProblem(problem, text);
  field?.focus();
}

/** Counts a server's "try again in n s" down, the button being out of use meanwhile. */
function countDown(error) {
  const until = Date.now() + (error.retryAfter ?? 1) * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    submit.disabled = left > 0;
    submit.textContent = left > 0 ? `Wait ${seconds(left)}` : "Sign in";
    if (left > 0) setTimeout(tick, 250);
  };
  tick();
}

function explainLogin(error) {
  if (!(error instanceof Refusal)) return complain(null, "The server can’t be reached right now. Try again in a moment.");
  if (error.code === 429) {
    countDown(error);
    return complain(null, explain(error));
  }
  if (error.code === 401) return complain(password, "That is not the password of this account. If you are new here, choose another username.");
  return complain(/password/i.test(error.message) ? password : username, explain(error));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (submit.disabled) return;
  if (!username.value.trim()) return complain(username, "Write your username.");
  if (!password.value) return complain(password, "Write your password.");
  complain(null, "");
  submit.disabled = true;
  submit.textContent = "Signing in…";
  try {
    await online();
    // One form serves both: the server says whether the account is new.
    const user_auth = { username: username.value.trim(), password: password.value };
    const { data, meta } = await connection.request("login", { data: { type: "login", user_auth } });
    signIn({ id: data.id, username: data.user_auth.username, token: meta.token, expires: meta.expires }, byId("keep").checked);
    if (meta.created) sessionStorage.setItem("chat.created", "true");
    connection.close();
    location.assign(destination());
  } catch (error) {
    submit.disabled = false;
    submit.textContent = "Sign in";
    explainLogin(error);
  }
});

reveal.addEventListener("click", () => {
  const shown = password.type === "password";
  password.type = shown ? "text" : "password";
  reveal.textContent = shown ? "Hide" : "Show";
  reveal.setAttribute("aria-pressed", String(shown));
});
