// Who is signed in on this device.
//
// A sign-in is stored in sessionStorage, which ends with the tab and lets two people use two tabs, or, if the user asks
// to stay signed in, in localStorage. Other data of an account is stored by memory.js, under the account's id: nothing
// that happens to one sign-in affects another account.
import { AccountMemory, parse } from "./memory.js";

const AccountKey = "chat.account";
const EndedKey = "chat.ended";

function accountIn(store) {
  const account = parse(store.getItem(AccountKey));
  if (!account || typeof account.token !== "string" || typeof account.username !== "string") return null;
  return { ...account, kept: account.kept ?? store === localStorage };
}

/** `{id, username, token, expires, kept}`, or null if no one is signed in. This tab's sign-in overrides the device's. */
export function currentAccount() {
  return accountIn(sessionStorage) ?? accountIn(localStorage);
}

/** Whether this very sign-in still stands. */
export function isSignedIn({ token }) {
  return [sessionStorage, localStorage].some((store) => accountIn(store)?.token === token);
}

/** The stored data of the account, including messages that wait since an earlier sign-in. */
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

/** Signing out: removes the sign-in and everything that this device has stored for the account. */
export function forget(account) {
  removeSignIn(account);
  const isKeptElsewhere = accountIn(localStorage)?.id === account.id;
  memoryOf(account).clear({ onlyTab: isKeptElsewhere });
}

/** The token has ended: removes the sign-in, but keeps unsent messages and drafts for the account's next one. */
export function endSignIn(account, waiting) {
  removeSignIn(account);
  const { username, kept } = account;
  sessionStorage.setItem(EndedKey, JSON.stringify({ username, kept, waiting }));
}

/** `{username, kept, waiting}` of the sign-in that has ended in this tab, or null. */
export function endedSignIn() {
  return parse(sessionStorage.getItem(EndedKey));
}

/** Follows changes of this sign-in by other tabs; `onGone()` is called when one has ended it. */
export function followSignIn(account, onGone) {
  window.addEventListener("storage", ({ storageArea, key }) => {
    if (storageArea !== localStorage || (key !== AccountKey && key !== null) || !account.kept) return;
    const kept = accountIn(localStorage);
    if (!kept) onGone();
    else if (kept.id === account.id) Object.assign(account, kept);
    // Another user's sign-in is kept now: this tab keeps its own until it is closed.
    else sessionStorage.setItem(AccountKey, JSON.stringify(account));
  });
}
