// A device's stored data of one account: a value under each name, separate from those of other accounts.
//
// It is stored in the same place as the sign-in: in this tab's sessionStorage, or in localStorage, which all tabs
// share. Values that an earlier sign-in of the account has left in the other storage are found too, and stay there.
const Prefix = "chat.of.";

/** The prefix of the names of unsent messages, followed by their `lid`. */
export const WaitingNames = "out.";

export function parse(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

export class AccountMemory {
  #prefix;
  #own;
  #mayWrite;

  /** `mayWrite()` is false once the sign-in has ended, so that data that signing out has removed isn't written again. */
  constructor({ id, kept }, mayWrite) {
    this.#prefix = `${Prefix}${id}.`;
    this.#own = kept ? localStorage : sessionStorage;
    this.#mayWrite = mayWrite;
  }

  /** Null if there is none. */
  read(name) {
    const key = this.#prefix + name;
    return parse(localStorage.getItem(key) ?? sessionStorage.getItem(key));
  }

  /** False: it isn't stored, since the storage is full or forbidden, or the sign-in has ended. */
  write(name, value) {
    if (!this.#mayWrite()) return false;
    const key = this.#prefix + name;
    const store = localStorage.getItem(key) === null ? this.#own : localStorage;
    try {
      store.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  remove(name) {
    for (const store of [sessionStorage, localStorage]) store.removeItem(this.#prefix + name);
  }

  /** All names that begin with `start`. */
  names(start) {
    const keys = [sessionStorage, localStorage].flatMap((store) => this.#keysIn(store, start));
    return [...new Set(keys)].map((key) => key.slice(this.#prefix.length));
  }

  /** Calls back when another tab has changed a value whose name begins with `start`. */
  onChange(start, callback) {
    window.addEventListener("storage", ({ key }) => {
      if (key === null || key.startsWith(this.#prefix + start)) callback();
    });
  }

  /** After a sign-in: moves what waited in this tab to the storage of the sign-in. */
  settle() {
    if (this.#own !== localStorage) return;
    for (const key of this.#keysIn(sessionStorage, "")) {
      if (localStorage.getItem(key) === null) localStorage.setItem(key, sessionStorage.getItem(key));
      sessionStorage.removeItem(key);
    }
  }

  /** Takes over the data of releases up to 1.0, which was stored without the account's id and in one list. */
  adoptUnscoped() {
    const waiting = parse(this.#own.getItem("chat.outbox"));
    if (Array.isArray(waiting)) waiting.forEach((entry, order) => this.write(WaitingNames + entry.lid, { ...entry, order }));
    for (const key of ["chat.outbox", "chat.conversations"]) this.#own.removeItem(key);
  }

  clear({ onlyTab }) {
    for (const store of onlyTab ? [sessionStorage] : [sessionStorage, localStorage]) {
      for (const key of this.#keysIn(store, "")) store.removeItem(key);
    }
  }

  #keysIn(store, start) {
    return Object.keys(store).filter((key) => key.startsWith(this.#prefix + start));
  }
}
