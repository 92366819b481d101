// Leaves the pages that need a login, so that nothing of them can be seen afterwards: by Back, from the browser's page
// cache, or offline.
import { element } from "../base/dom.js";
import { currentAccount } from "./account.js";

/** Removes everything from the page: loading the next page may fail (offline), and the browser may keep this one for
 * Back. */
function wipe() {
  document.title = "Chat";
  document.body.replaceChildren(element("p", { class: "gone", role: "status" }, "You are signed out."));
  document.documentElement.hidden = false;
}

/** Leaves for the login page, which comes back here afterwards. */
export function goToLogin(reason) {
  const query = new URLSearchParams({ next: location.pathname.split("/").pop() + location.search });
  if (reason) query.set("reason", reason);
  wipe();
  location.replace(`login?${query}`);
}

/** As `goToLogin`, for a user who signs out. */
export function goOut() {
  wipe();
  location.assign("login");
}

/** Shows a page that the browser has kept only to the same user. */
export function guardAgainstBack(account) {
  window.addEventListener("pagehide", ({ persisted }) => {
    if (persisted) document.documentElement.hidden = true;
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    const now = currentAccount();
    if (now?.token === account.token) {
      document.documentElement.hidden = false;
    } else if (now) {
      wipe();
      location.reload();
    } else {
      goToLogin();
    }
  });
}
