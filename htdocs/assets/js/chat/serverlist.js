// The server's list of conversations, page by page.
import { keyOf } from "../base/message.js";
import { askIfServed } from "./asking.js";

const Rows = 30;
const NearTheEnd = 200;

export class ServerList {
  #me;
  #connection;
  #conversations;
  #isRead;
  #receipts;
  #next = null;
  #loading = false;

  constructor({ me, connection, conversations, receipts, isRead }) {
    this.#me = me;
    this.#connection = connection;
    this.#conversations = conversations;
    this.#receipts = receipts;
    this.#isRead = isRead;
  }

  /** The first page, or the one that begins at `before`. */
  async load(before) {
    if (this.#loading) return;
    this.#loading = true;
    await askIfServed(this.#connection, "conversations", { meta: { rows: Rows, before }, data: { type: "conversation" } }, ({ data, meta }) => {
      this.#conversations.addList(data, this.#isRead);
      this.#next = meta.next ?? null;
      this.#tellDelivered(data);
    });
    this.#loading = false;
  }

  /** To be called with the list's element when it is scrolled: near its end the next page is loaded. */
  scrolled({ scrollTop, clientHeight, scrollHeight }) {
    if (this.#next !== null && scrollHeight - scrollTop - clientHeight < NearTheEnd) this.load(this.#next);
  }

  #tellDelivered(resources) {
    for (const { conversation } of resources) {
      if (keyOf(conversation.last.message.sid) !== keyOf(this.#me)) this.#receipts.delivered(conversation.rid, conversation.last.id);
    }
  }
}
