// What the pages behind the login share: the bar at the top, the connection and its state.
import { currentAccount, goToLogin, onSignedOutElsewhere, signOutHere } from "./account.js";
import { Connection } from "./connection.js";
import { byId } from "../base/dom.js";

const SignOutPatience = 3_000;
const StateText = { online: "Connected", connecting: "Connecting…", offline: "Offline, reconnecting…" };

/** The account, or null where the page is being left for the login. */
export function enter() {
  const account = currentAccount();
  if (!account) {
    goToLogin();
    return null;
  }
  byId("me").textContent = account.username;
  onSignedOutElsewhere(() => goToLogin());
  return account;
}

function leave(reason) {
  signOutHere();
  goToLogin(reason);
}

/** Connects with the account's token; `position` gives `since`, or nothing. */
export function connect(account, position = () => null) {
  const connection = new Connection(() => {
    const since = position();
    return since === null ? { token: account.token } : { token: account.token, since };
  });
  const status = byId("status");
  const show = () => {
    status.dataset.state = connection.state;
    status.firstElementChild.textContent = StateText[connection.state];
  };
  connection.addEventListener("state", show);
  connection.addEventListener("refused", ({ detail }) => {
    if (detail.code === 401) leave("expired");
  });
  connection.addEventListener("anonymous", () => leave("expired"));
  show();

  byId("sign-out").addEventListener("click", async (event) => {
    event.currentTarget.disabled = true;
    // The token ends at the server where that can be reached; here it ends in any case.
    const patience = new Promise((resolve) => setTimeout(resolve, SignOutPatience));
    await Promise.race([connection.request("logout").catch(() => {}), patience]);
    connection.close();
    signOutHere();
    location.assign("/login");
  });
  return connection;
}
