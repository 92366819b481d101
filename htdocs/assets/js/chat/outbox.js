// Messages that were written and are not acknowledged yet, sent one after the other so that their order holds.
//
// Each carries a `lid`: sent again after a lost connection or a reload, the server stores it once. An entry is `queued`,
// `sending`, `waiting` (the server said when to try again) or `failed` (the person decides). Event: `change`.
import { Refusal, Unreachable, explain } from "../session/refusal.js";
import { keyOf, messageDocument } from "../base/message.js";

const BusyDelay = 3_000;

function newLid() {
  // randomUUID exists in secure contexts only; the server may well be reached over plain HTTP.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox extends EventTarget {
  #connection;
  #memory;
  #entries;
  #pumping = false;
  #wake = 0;

  /** `memory` keeps the entries over a reload: `{read, write}`. */
  constructor(connection, memory) {
    super();
    this.#connection = connection;
    this.#memory = memory;
    const kept = memory.read();
    this.#entries = (Array.isArray(kept) ? kept : []).map((entry) => ({
      ...entry,
      state: entry.state === "failed" ? "failed" : "queued",
      resent: true,
    }));
    connection.addEventListener("state", () => this.#pump());
  }

  /** Those to that person (`keyOf` their name), in the order in which they were written. */
  waitingFor(key) {
    return this.#entries.filter(({ rid }) => keyOf(rid) === key);
  }

  add({ rid, text, attributes }) {
    this.#entries.push({ lid: newLid(), rid, text, attributes, date: new Date().toISOString(), state: "queued", resent: false });
    this.#changed();
    this.#pump();
  }

  retry(lid) {
    const entry = this.#find(lid);
    if (!entry) return;
    Object.assign(entry, { state: "queued", error: undefined });
    this.#changed();
    this.#pump();
  }

  remove(lid) {
    this.#entries = this.#entries.filter((entry) => entry.lid !== lid);
    this.#changed();
  }

  /** Whether this lid may have been stored by an earlier attempt, so that its answer may show an older message. */
  wasResent(lid) {
    return this.#find(lid)?.resent === true;
  }

  #find(lid) {
    return this.#entries.find((entry) => entry.lid === lid);
  }

  #changed() {
    this.#memory.write(this.#entries.map(({ lid, rid, text, attributes, date, state, error }) => ({ lid, rid, text, attributes, date, state, error })));
    this.dispatchEvent(new Event("change"));
  }

  async #pump() {
    if (this.#pumping) return;
    this.#pumping = true;
    clearTimeout(this.#wake);
    try {
      let entry;
      while (this.#connection.isOnline && (entry = this.#entries.find(({ state }) => state !== "failed"))) {
        if (!(await this.#send(entry))) break;
      }
    } finally {
      this.#pumping = false;
    }
  }

  /** False: no more for now. */
  async #send(entry) {
    entry.state = "sending";
    this.#changed();
    try {
      const answer = await this.#connection.request("messages", messageDocument(entry));
      this.dispatchEvent(new CustomEvent("stored", { detail: answer.data }));
      this.remove(entry.lid);
      return true;
    } catch (error) {
      return this.#refused(entry, error);
    }
  }

  #refused(entry, error) {
    entry.resent = true;
    if (error instanceof Unreachable) {
      entry.state = "queued";
      this.#changed();
      // Connected and yet no answer: the next attempt is due all the same.
      if (this.#connection.isOnline) this.#wakeIn(BusyDelay);
      return false;
    }
    if (error instanceof Refusal && (error.code === 429 || error.code === 503)) {
      const wait = error.retryAfter ? error.retryAfter * 1000 : BusyDelay;
      Object.assign(entry, { state: "waiting", retryAt: Date.now() + wait });
      this.#changed();
      this.#wakeIn(wait);
      return false;
    }
    if (error instanceof Refusal && error.code === 401) {
      entry.state = "queued";
      this.#changed();
      return false;
    }
    Object.assign(entry, { state: "failed", error: explain(error) });
    this.#changed();
    return true;
  }

  #wakeIn(milliseconds) {
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => this.#pump(), milliseconds);
  }
}
