// The common parts of the pages that need a login: the bar at the top, the connection and its state, signing out.
import { askPerson } from "../base/dialog.js";
import { byId } from "../base/dom.js";
import { currentAccount, endSignIn, followSignIn, forget, memoryOf } from "./account.js";
import { Connection } from "./connection.js";
import { goOut, goToLogin, guardAgainstBack } from "./leaving.js";
import { WaitingNames } from "./memory.js";
import { explain, plural } from "./refusal.js";

const SignOutPatience = 3_000;
const StateText = { online: "Connected", connecting: "Connecting…", offline: "Offline, reconnecting…" };

/** How many messages wait to be sent. */
const waitingOf = (account) => memoryOf(account).names(WaitingNames).length;

/** The account, or null if the page is being left for the login. */
export function enter() {
  const account = currentAccount();
  if (!account) {
    goToLogin();
    return null;
  }
  byId("me").textContent = account.username;
  memoryOf(account).adoptUnscoped();
  followSignIn(account, () => goToLogin());
  guardAgainstBack(account);
  return account;
}

/** Connects with the account's token; `position` returns `since`, or nothing. */
export function connect(account, position = () => null) {
  const connection = new Connection(() => {
    const since = position();
    return since === null ? { token: account.token } : { token: account.token, since };
  });
  showState(connection);
  endWithToken(account, connection);
  listenToSignOut(account, connection);
  return connection;
}

function showState(connection) {
  const status = byId("status");
  const show = (text) => {
    status.dataset.state = connection.state;
    status.firstElementChild.textContent = text ?? StateText[connection.state];
  };
  connection.addEventListener("state", () => show());
  connection.addEventListener("refused", ({ detail }) => {
    if (detail.code === 403) show(explain(detail));
  });
  show();
}

/** The token is not valid any more: expired, revoked, or signed out elsewhere. The server reports it by itself, and in
 * answers. */
function endWithToken(account, connection) {
  const end = () => {
    connection.close();
    endSignIn(account, waitingOf(account));
    goToLogin("expired");
  };
  connection.addEventListener("anonymous", end);
  connection.addEventListener("event:login", ({ detail }) => {
    if (detail?.errors?.code === "401") end();
  });
  connection.addEventListener("refused", ({ detail }) => {
    if (detail.code === 401) end();
  });
}

function listenToSignOut(account, connection) {
  byId("sign-out").addEventListener("click", async ({ currentTarget: button }) => {
    const waiting = waitingOf(account);
    if (waiting > 0 && !(await confirmLoss(waiting))) return;
    button.disabled = true;
    // The token is ended at the server if that can be reached; here the sign-in ends in any case.
    const patience = new Promise((resolve) => setTimeout(resolve, SignOutPatience));
    await Promise.race([connection.request("logout").catch(() => {}), patience]);
    connection.close();
    forget(account);
    goOut();
  });
}

function confirmLoss(waiting) {
  const what = plural(waiting, "message has", "messages have");
  return askPerson({
    title: "Sign out and lose what waits?",
    text: `${what} not been sent yet. Signing out deletes ${waiting === 1 ? "it" : "them"} from this device.`,
    yes: "Sign out and delete",
    no: "Stay signed in",
  });
}
