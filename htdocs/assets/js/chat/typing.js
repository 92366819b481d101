// Typing notices: sends this user's, and keeps those of others as long as they are valid.
import { keyOf } from "../base/message.js";

const AgainAfter = 3_000;
const StillWithin = 4_000;

/** Sends that this user writes, at most every few seconds, and that they have stopped. */
export class TypingSignal {
  #connection;
  #rid = null;
  #saidAt = 0;
  #idle = 0;

  constructor(connection) {
    this.#connection = connection;
  }

  typed(rid) {
    if (this.#rid !== null && keyOf(this.#rid) !== keyOf(rid)) this.stopped();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stopped(), StillWithin);
    const now = Date.now();
    if (this.#rid !== null && now - this.#saidAt < AgainAfter) return;
    this.#rid = rid;
    this.#saidAt = now;
    this.#say(true);
  }

  stopped() {
    clearTimeout(this.#idle);
    if (this.#rid === null) return;
    this.#say(false);
    this.#rid = null;
  }

  /** The message itself shows that the user has stopped writing. */
  sent() {
    clearTimeout(this.#idle);
    this.#rid = null;
  }

  #say(active) {
    const typing = { rid: this.#rid, active };
    // It doesn't matter if it gets lost.
    this.#connection.request("typing", { data: { type: "typing", typing } }).catch(() => {});
  }
}

/** Who is writing to this user now. Event: `change`. */
export class Typers extends EventTarget {
  #timers = new Map();

  has(name) {
    return this.#timers.has(keyOf(name));
  }

  hear({ sid, active, seconds }) {
    const key = keyOf(sid);
    clearTimeout(this.#timers.get(key));
    if (active) this.#timers.set(key, setTimeout(() => this.end(sid), (Number(seconds) || 6) * 1000));
    else this.#timers.delete(key);
    this.dispatchEvent(new Event("change"));
  }

  end(name) {
    const key = keyOf(name);
    if (!this.#timers.has(key)) return;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.dispatchEvent(new Event("change"));
  }
}
