// Messages that were written and are not acknowledged yet, sent one after the other so that their order is kept.
//
// Each has a `lid`, so the server stores it only once if it is sent again after a lost connection or a reload. Each is
// stored separately, so that tabs with the same sign-in add messages instead of overwriting each other's; all tabs show
// the waiting messages, and one tab at a time sends them. An entry is `queued`, `sending`, `waiting` (to be tried again
// at `retryAt`) or `failed` (the user decides). Events: `change`, `stored` (detail: the server's resource).
import { keyOf, messageDocument } from "../base/message.js";
import { WaitingNames } from "../session/memory.js";
import { Refusal, Unreachable, explain } from "../session/refusal.js";

const BusyDelay = 3_000;
const Again = [429, 503, 504];

function newLid() {
  // randomUUID exists only in secure contexts; the page may be served over plain HTTP.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Does the work while no other tab does it. Without locks (plain HTTP) several tabs may send the same message, which
 * is harmless. */
function alone(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}

export class Outbox extends EventTarget {
  #connection;
  #memory;
  #lockName;
  #entries = new Map();
  #lastOrder = 0;
  #pumping = false;
  #pumpAgain = false;
  #wake = 0;

  /** `memory` is the account's, `userId` its id. */
  constructor(connection, memory, userId) {
    super();
    this.#connection = connection;
    this.#memory = memory;
    this.#lockName = `chat.outbox.${userId}`;
    this.#load();
    connection.addEventListener("state", () => this.#pump());
    memory.onChange(WaitingNames, () => {
      this.#load();
      this.dispatchEvent(new Event("change"));
      this.#pump();
    });
  }

  /** The messages to that person (`keyOf` their name), in the order in which they were written. */
  waitingFor(key) {
    return this.#inOrder().filter(({ rid }) => keyOf(rid) === key);
  }

  add({ rid, text, attributes }) {
    this.#lastOrder = Math.max(Date.now() * 1000, this.#lastOrder + 1);
    const entry = { lid: newLid(), rid, text, attributes, date: new Date().toISOString(), order: this.#lastOrder, state: "queued", tried: false };
    this.#entries.set(entry.lid, entry);
    this.#changed(entry);
    this.#pump();
  }

  retry(lid) {
    const entry = this.#entries.get(lid);
    if (!entry) return;
    Object.assign(entry, { state: "queued", error: undefined });
    this.#changed(entry);
    this.#pump();
  }

  remove(lid) {
    this.#entries.delete(lid);
    this.#memory.remove(WaitingNames + lid);
    this.dispatchEvent(new Event("change"));
  }

  /** Whether this lid may have been stored by an earlier attempt, so that its answer may show an older message. */
  wasResent(lid) {
    return this.#entries.get(lid)?.tried === true;
  }

  #inOrder() {
    return [...this.#entries.values()].sort((a, b) => a.order - b.order);
  }

  /** Loads the stored messages of an earlier visit and of other tabs. */
  #load() {
    const names = new Set(this.#memory.names(WaitingNames));
    for (const entry of this.#entries.values()) {
      if (entry.isRemembered && !names.has(WaitingNames + entry.lid)) this.#entries.delete(entry.lid);
    }
    for (const name of names) {
      const kept = this.#memory.read(name);
      if (typeof kept?.lid !== "string" || typeof kept.rid !== "string") continue;
      const known = this.#entries.get(kept.lid);
      if (known?.state === "sending" || known?.state === "waiting") continue;
      this.#entries.set(kept.lid, { ...kept, tried: known?.tried ?? true, isRemembered: true });
    }
  }

  #changed(entry) {
    const { lid, rid, text, attributes, date, order, error } = entry;
    const state = entry.state === "failed" ? "failed" : "queued";
    entry.isRemembered = this.#memory.write(WaitingNames + lid, { lid, rid, text, attributes, date, order, state, error });
    this.dispatchEvent(new Event("change"));
  }

  async #pump() {
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = true;
    clearTimeout(this.#wake);
    try {
      do {
        this.#pumpAgain = false;
        if (this.#next()) await alone(this.#lockName, () => this.#sendAll());
      } while (this.#pumpAgain);
    } finally {
      this.#pumping = false;
    }
  }

  /** The next message to send, if any. */
  #next() {
    if (!this.#connection.isOnline) return undefined;
    const entry = this.#inOrder().find(({ state }) => state !== "failed");
    if (entry?.state !== "waiting" || entry.retryAt <= Date.now()) return entry;
    this.#wakeIn(entry.retryAt - Date.now());
    return undefined;
  }

  async #sendAll() {
    this.#load(); // Another tab may have sent some while this one waited.
    for (let entry = this.#next(); entry; entry = this.#next()) await this.#send(entry);
    this.dispatchEvent(new Event("change"));
  }

  async #send(entry) {
    entry.state = "sending";
    this.dispatchEvent(new Event("change"));
    try {
      const answer = await this.#connection.request("messages", messageDocument(entry));
      this.dispatchEvent(new CustomEvent("stored", { detail: answer.data }));
      this.remove(entry.lid);
    } catch (error) {
      entry.tried = true;
      this.#refused(entry, error);
      this.#changed(entry);
    }
  }

  #refused(entry, error) {
    const isRefusal = error instanceof Refusal;
    if (error instanceof Unreachable || (isRefusal && error.code === 401)) {
      // No answer despite a connection: the next attempt comes after a while, too.
      const isSilent = this.#connection.isOnline;
      Object.assign(entry, isSilent ? { state: "waiting", retryAt: Date.now() + BusyDelay } : { state: "queued" });
    } else if (isRefusal && Again.includes(error.code)) {
      Object.assign(entry, { state: "waiting", retryAt: Date.now() + (error.retryAfter ? error.retryAfter * 1000 : BusyDelay) });
    } else {
      const own = { 404: `Nobody here is called ${entry.rid}.`, 413: "It is too long to be sent." };
      Object.assign(entry, { state: "failed", error: explain(error, own) });
    }
  }

  #wakeIn(milliseconds) {
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => this.#pump(), milliseconds);
  }
}
