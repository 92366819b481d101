// What the user has read, and reporting it to the server.
import { keyOf } from "../base/message.js";

export class Reading {
  #me;
  #conversations;
  #current;
  #log;
  #receipts;

  constructor({ me, conversations, current, log, receipts }) {
    this.#me = me;
    this.#conversations = conversations;
    this.#current = current;
    this.#log = log;
    this.#receipts = receipts;
  }

  /** Whether the user sees the end of the conversation with `name` now. */
  isRead(name) {
    return keyOf(name) === this.#current.key && document.visibilityState === "visible" && this.#log.showsEnd;
  }

  /** To be called when the visible part may have changed. */
  tell() {
    const { conversation } = this.#current;
    if (conversation === null || !this.isRead(conversation.name)) return;
    const readTo = this.#conversations.markRead(conversation.name);
    if (readTo !== null && !this.#current.isOneself) this.#receipts.read(conversation.name, readTo);
  }
}
