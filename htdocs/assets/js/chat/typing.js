// Who is writing: saying it while this person does, and keeping what others say for as long as it holds.
import { keyOf } from "../base/message.js";

const AgainAfter = 3_000;
const StillWithin = 4_000;

/** Says that this person writes, at most every few seconds, and that they have stopped. */
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

  /** The message itself says it. */
  sent() {
    clearTimeout(this.#idle);
    this.#rid = null;
  }

  #say(active) {
    const typing = { rid: this.#rid, active };
    // Nobody misses it where it doesn't arrive.
    this.#connection.request("typing", { data: { type: "typing", typing } }).catch(() => {});
  }
}

/** Who is writing to this person now. Event: `change`. */
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
