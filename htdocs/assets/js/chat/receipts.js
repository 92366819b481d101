// Reports to the server which messages this device has received and its user has read: only changes, collected for a
// moment, and again after a lost connection.
import { Refusal } from "../session/refusal.js";
import { compareIds, keyOf } from "../base/message.js";

const GatherFor = 300;
const BusyDelay = 3_000;

export class Receipts {
  #connection;
  #waiting = new Map();
  #asked = new Map();
  #timer = 0;
  #sending = false;
  #onReceipt;

  /** `onReceipt(receipt)` gets the server's answer. */
  constructor(connection, onReceipt) {
    this.#connection = connection;
    this.#onReceipt = onReceipt;
    connection.addEventListener("state", () => this.#sendIn(GatherFor));
  }

  delivered(name, id) {
    this.#note(name, "delivered", id);
  }

  read(name, id) {
    this.#note(name, "read", id);
  }

  #note(name, what, id) {
    const key = keyOf(name);
    if (compareIds(id, this.#asked.get(key)?.[what] ?? "0") <= 0) return;
    this.#asked.set(key, { ...this.#asked.get(key), [what]: id });
    this.#waiting.set(key, { ...this.#waiting.get(key), rid: name, [what]: id });
    this.#sendIn(GatherFor);
  }

  #sendIn(milliseconds) {
    if (this.#timer || this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#send();
    }, milliseconds);
  }

  async #send() {
    if (this.#sending || !this.#connection.isOnline) return;
    this.#sending = true;
    try {
      while (this.#waiting.size > 0 && this.#connection.isOnline) {
        const [key, receipt] = this.#waiting.entries().next().value;
        this.#waiting.delete(key);
        if (!(await this.#sendOne(key, receipt))) break;
      }
    } finally {
      this.#sending = false;
    }
  }

  /** False: stop for now. */
  async #sendOne(key, receipt) {
    try {
      const { data } = await this.#connection.request("receipts", { data: { type: "receipt", receipt } });
      this.#onReceipt(data.receipt);
      return true;
    } catch (error) {
      // The server has no receipts, or the other account is gone: there is nothing to report.
      if (error instanceof Refusal && error.code !== 429 && error.code !== 503) return true;
      this.#waiting.set(key, { ...receipt, ...this.#waiting.get(key) });
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#sendIn(error.retryAfter ? error.retryAfter * 1000 : BusyDelay);
      return false;
    }
  }
}
