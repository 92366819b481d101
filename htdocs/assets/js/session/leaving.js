// Leaving the pages behind the login, so that nothing of them can be seen afterwards: by Back, from the browser's cache of
// whole pages, or offline.
import { element } from "../base/dom.js";
import { currentAccount } from "./account.js";

/** Takes everything off the page: what follows may fail (offline), and the browser may keep the page for Back. */
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

/** As `goToLogin`, for somebody who wants to leave. */
export function goOut() {
  wipe();
  location.assign("login");
}

/** Shows a page that the browser has kept only to whom it was shown before. */
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
