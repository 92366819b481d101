// Who is signed in on this device.
//
// A sign-in rests in sessionStorage, which ends with the tab and lets two people use two tabs, or, for those who ask to be
// kept signed in, in localStorage. What else is remembered for an account is in memory.js, under the account's id: nothing
// that happens to one sign-in touches another account.
import { AccountMemory, parse } from "./memory.js";

const AccountKey = "chat.account";
const EndedKey = "chat.ended";

function accountIn(store) {
  const account = parse(store.getItem(AccountKey));
  if (!account || typeof account.token !== "string" || typeof account.username !== "string") return null;
  return { ...account, kept: account.kept ?? store === localStorage };
}

/** `{id, username, token, expires, kept}`, or null where nobody is signed in. This tab's own goes before the device's. */
export function currentAccount() {
  return accountIn(sessionStorage) ?? accountIn(localStorage);
}

/** Whether this very sign-in still stands. */
export function isSignedIn({ token }) {
  return [sessionStorage, localStorage].some((store) => accountIn(store)?.token === token);
}

/** What is remembered for the account; what waited for it since an earlier sign-in among it. */
export function memoryOf(account) {
  return new AccountMemory(account, () => isSignedIn(account));
}

export function signIn(account) {
  sessionStorage.removeItem(EndedKey);
  sessionStorage.removeItem(AccountKey);
  (account.kept ? localStorage : sessionStorage).setItem(AccountKey, JSON.stringify(account));
  memoryOf(account).settle();
}

function removeSignIn({ token }) {
  for (const store of [sessionStorage, localStorage]) {
    if (accountIn(store)?.token === token) store.removeItem(AccountKey);
  }
}

/** Signing out: the sign-in goes, and with it everything that this device remembers of the account. */
export function forget(account) {
  removeSignIn(account);
  const isKeptElsewhere = accountIn(localStorage)?.id === account.id;
  memoryOf(account).clear({ onlyTab: isKeptElsewhere });
}

/** The token has ended: the sign-in goes, what waits to be sent and what was begun stays for the account's next one. */
export function endSignIn(account, waiting) {
  removeSignIn(account);
  const { username, kept } = account;
  sessionStorage.setItem(EndedKey, JSON.stringify({ username, kept, waiting }));
}

/** `{username, kept, waiting}` of the sign-in that has ended in this tab, or null. */
export function endedSignIn() {
  return parse(sessionStorage.getItem(EndedKey));
}

/** Takes note of what other tabs do to this sign-in; `onGone()` when one has ended it. */
export function followSignIn(account, onGone) {
  window.addEventListener("storage", ({ storageArea, key }) => {
    if (storageArea !== localStorage || (key !== AccountKey && key !== null) || !account.kept) return;
    const kept = accountIn(localStorage);
    if (!kept) onGone();
    else if (kept.id === account.id) Object.assign(account, kept);
    // Somebody else is kept signed in now: this tab goes on with its own, until it is closed.
    else sessionStorage.setItem(AccountKey, JSON.stringify(account));
  });
}
