// Shows the open conversation and the list, and draws them again when something has changed.
import { byId, paintAvatar } from "../base/dom.js";
import { messageFromOutbox, receiptOf } from "../base/message.js";

export class View {
  #me;
  #conversations;
  #current;
  #outbox;
  #presence;
  #typers;
  #log;
  #people;
  // Kept in a field instead of looked up: a page that is being left has lost its elements, but may draw once more.
  #to = byId("to");
  #chat = byId("chat");
  #avatar = byId("peer-avatar");
  #heading = byId("talk-heading");
  #empty = byId("empty");
  #emptyWords = byId("empty-text");
  #peerState = byId("peer-state");
  #writing = byId("writing");
  #frame = 0;
  #afterwards = () => {};

  constructor({ me, conversations, current, outbox, presence, typers, log, people }) {
    this.#me = me;
    this.#conversations = conversations;
    this.#current = current;
    this.#outbox = outbox;
    this.#presence = presence;
    this.#typers = typers;
    this.#log = log;
    this.#people = people;
    for (const source of [conversations, outbox, presence, typers]) source.addEventListener("change", () => this.renderSoon());
    current.addEventListener("change", () => this.render());
  }

  /** `callback` is called after each drawing that `renderSoon` has caused. */
  afterwards(callback) {
    this.#afterwards = callback;
  }

  /** Draws with the next frame, since a replay brings many changes at once. */
  renderSoon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.render();
      this.#afterwards();
    });
  }

  /** On a narrow screen the list and a conversation take turns: "list" or "talk". */
  turnTo(part) {
    this.#chat.dataset.view = part;
  }

  /** Another conversation is open. */
  opened() {
    const { conversation } = this.#current;
    if (conversation) this.#to.value = conversation.name;
    paintAvatar(this.#avatar, this.#to.value.trim());
    this.render();
  }

  render() {
    const shown = this.#messages();
    const { key, conversation, isMissing, isLoading } = this.#current;
    this.#log.show(key, shown, { more: Boolean(conversation?.next), announce: !isLoading });
    this.#empty.hidden = shown.length > 0;
    this.#emptyWords.textContent = this.#emptyText(shown);
    const list = this.#conversations.list();
    this.#people.show(list, key, { isOnline: (name) => this.#isOnline(name), isTyping: (name) => this.#typers.has(name) });
    this.#presence.watch([...(conversation === null || isMissing ? [] : [conversation.name]), ...list.map(({ name }) => name)]);
    this.#renderPeer(conversation);
    document.title = this.#conversations.unread ? `(${this.#conversations.unread}) Chat` : "Chat";
  }

  /** Stored messages, then waiting ones. */
  #messages() {
    const { key, conversation, isOneself } = this.#current;
    if (conversation === null) return [];
    const { messages, peers } = conversation;
    for (const message of messages) message.receipt = isOneself ? "read" : receiptOf(message.id, peers);
    const stored = new Set(messages.map(({ lid }) => lid));
    const waiting = this.#outbox.waitingFor(key).filter(({ lid }) => !stored.has(lid));
    return [...messages, ...waiting.map((entry) => messageFromOutbox(entry, this.#me))];
  }

  #emptyText(shown) {
    if (this.#current.key === null) return "Choose a chat, or write somebody’s name above.";
    const name = this.#to.value.trim();
    if (this.#current.isMissing) return `Nobody here is called ${name}.`;
    if (this.#current.isLoading) return "Loading…";
    return shown.length ? "" : `Nothing yet. Write the first words to ${name}.`;
  }

  #isOnline(name) {
    return this.#presence.of(name)?.online === true;
  }

  #renderPeer(conversation) {
    this.#heading.textContent = conversation ? `Conversation with ${conversation.name}` : "Conversation";
    const isTyping = conversation !== null && this.#typers.has(conversation.name);
    const state = this.#peerState;
    state.textContent = this.#peerText(conversation, isTyping);
    state.dataset.online = String(conversation !== null && this.#isOnline(conversation.name));
    state.dataset.typing = String(isTyping);
    if (this.#writing.hidden === isTyping) {
      this.#writing.hidden = !isTyping;
      this.#log.keepEnd();
    }
  }

  #peerText(conversation, isTyping) {
    if (conversation === null || this.#current.isOneself) return "";
    return isTyping ? "typing…" : this.#presence.textOf(conversation.name);
  }
}
