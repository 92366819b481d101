// The open conversation, and loading its pages. Events: `open` (another conversation, or none, is open now; detail: the
// previous one, `{key, isMissing}`), `change` (the state of the open one has changed), `problem` (detail: the error of
// a page that couldn't be loaded).
import { keyOf, searchDocument } from "../base/message.js";
import { Refusal } from "../session/refusal.js";
import { askIfServed } from "./asking.js";

const PageRows = 30;

export class Current extends EventTarget {
  #me;
  #conversations;
  #connection;
  #key = null;
  #loading = null;
  #missing = null;

  constructor(me, conversations, connection) {
    super();
    this.#me = me;
    this.#conversations = conversations;
    this.#connection = connection;
  }

  /** Null if none is open. */
  get key() {
    return this.#key;
  }

  get conversation() {
    return this.#key === null ? null : this.#conversations.at(this.#key);
  }

  get isLoading() {
    return this.#loading !== null;
  }

  /** Whether the server knows no user of that name. */
  get isMissing() {
    return this.#key !== null && this.#missing === this.#key;
  }

  get isOneself() {
    return this.#key === keyOf(this.#me);
  }

  /** Opens the conversation with that person; for an empty name none is open afterwards. */
  open(name) {
    const wanted = name.trim();
    if (wanted && keyOf(wanted) === this.#key) return;
    const { key, isMissing } = this;
    this.#key = wanted ? keyOf(wanted) : null;
    this.#missing = null;
    if (this.#key !== null && !this.#conversations.at(wanted).opened) this.#loadPage(wanted, {});
    this.dispatchEvent(new CustomEvent("open", { detail: { key, isMissing } }));
  }

  /** After connecting: does what was requested before the connection. */
  resume() {
    const { conversation } = this;
    if (conversation && !conversation.opened && !this.isLoading) this.#loadPage(conversation.name, {});
  }

  loadEarlier() {
    const { conversation } = this;
    if (conversation?.next && !this.isLoading) this.#loadPage(conversation.name, { before: conversation.next });
  }

  async #loadPage(name, position) {
    const key = keyOf(name);
    this.#loading = key;
    try {
      await this.#connection.whenOnline();
      const { data, meta } = await this.#connection.request("msgsearch", searchDocument(this.#me, name, { rows: PageRows, ...position }));
      this.#conversations.addPage(name, data, meta.next);
      this.#askPeers(this.#conversations.at(name));
    } catch (error) {
      if (key === this.#key) this.#failed(error);
    } finally {
      if (this.#loading === key) this.#loading = null;
      this.dispatchEvent(new Event("change"));
    }
  }

  #failed(error) {
    if (error instanceof Refusal && error.code === 404) this.#missing = this.#key;
    else this.dispatchEvent(new CustomEvent("problem", { detail: error }));
  }

  /** Asks for the other user's positions if they weren't in the list. */
  #askPeers(conversation) {
    if (conversation.peers || conversation.newestId === null) return;
    const receipt = { sid: conversation.name, rid: this.#me };
    askIfServed(this.#connection, "receipts", { data: { type: "receipt", receipt } }, ({ data }) => this.#conversations.receipt(data.receipt));
  }
}
