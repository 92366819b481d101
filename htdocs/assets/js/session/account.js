// Who is signed in on this device, and what is remembered for them.
//
// Everything rests in one place, chosen at sign-in: sessionStorage by default, which ends with the tab and lets two
// people use two tabs; localStorage for those who ask to be kept signed in. Signing out removes all of it.
const AccountKey = "chat.account";
const Prefix = "chat.";

const stores = () => [window.sessionStorage, window.localStorage];

function storeInUse() {
  return stores().find((store) => store.getItem(AccountKey) !== null);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `{id, username, token, expires}`, or null where nobody is signed in. */
export function currentAccount() {
  const account = parse(storeInUse()?.getItem(AccountKey) ?? "null");
  return account && typeof account.token === "string" && typeof account.username === "string" ? account : null;
}

export function signIn(account, keep) {
  signOutHere();
  (keep ? window.localStorage : window.sessionStorage).setItem(AccountKey, JSON.stringify(account));
}

export function signOutHere() {
  for (const store of stores()) {
    for (const key of Object.keys(store)) if (key.startsWith(Prefix)) store.removeItem(key);
  }
}

/** A value that lives and ends with the account. */
export function remembered(name) {
  const store = storeInUse() ?? window.sessionStorage;
  const key = Prefix + name;
  return {
    read: () => parse(store.getItem(key) ?? "null"),
    write(value) {
      try {
        store.setItem(key, JSON.stringify(value));
      } catch {
        // A full or forbidden storage costs the memory of this device only; the server has every message.
      }
    },
  };
}

/** Calls back when another tab has signed this account out. */
export function onSignedOutElsewhere(callback) {
  window.addEventListener("storage", (event) => {
    if (event.storageArea === window.localStorage && (event.key === AccountKey || event.key === null) && !currentAccount()) {
      callback();
    }
  });
}

/** Leaves for the login page, which comes back here afterwards. */
export function goToLogin(reason) {
  const query = new URLSearchParams({ next: location.pathname + location.search });
  if (reason) query.set("reason", reason);
  location.replace(`/login?${query}`);
}
