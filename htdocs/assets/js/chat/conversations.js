// The user's conversations, put together from the server's list, replayed and live messages, and loaded pages.
//
// The unread count is the server's count up to one message (`countedTo`) and the messages since. Stored between visits:
// the position (`since`), and for each conversation its name, the newest id and date and the unread count, but no text.
// Event: `change`.
import { compareIds, keyOf, messageFromResource } from "../base/message.js";

const Remembered = "conversations";
const later = (a, b) => (compareIds(a, b) >= 0 ? a : b);
const further = (a, b) => ({ delivered: later(a.delivered, b.delivered), read: later(a.read, b.read) });
const nowhere = () => ({ delivered: "0", read: "0" });

export class Conversations extends EventTarget {
  #me;
  #memory;
  #since;
  #byKey = new Map();

  constructor(me, memory) {
    super();
    this.#me = me;
    this.#memory = memory;
    const kept = memory.read(Remembered);
    this.#since = /^\d+$/.test(kept?.since) ? kept.since : "0";
    for (const { name, newestId, newestDate, unread } of kept?.people ?? []) {
      Object.assign(this.at(name), { newestId, newestDate: newestDate ? new Date(newestDate) : null, unread: unread ?? 0, countedTo: newestId ?? "0" });
    }
  }

  /** The last message that this device has; "0" for none. */
  get since() {
    return this.#since;
  }

  /** For when the server refuses the position. */
  forgetPosition() {
    this.#since = "0";
    this.#changed();
  }

  /** The conversation with that person, created if it is new. */
  at(name) {
    const key = keyOf(name);
    let conversation = this.#byKey.get(key);
    if (!conversation) {
      conversation = {
        key,
        name,
        messages: [],
        last: null,
        newestId: null,
        newestDate: null,
        unread: 0,
        countedTo: "0",
        newestIncoming: "0",
        own: nowhere(),
        peers: null,
        opened: false,
        next: null,
      };
      this.#byKey.set(key, conversation);
    }
    return conversation;
  }

  /** The conversations that have messages, the newest first. */
  list() {
    return [...this.#byKey.values()]
      .filter(({ newestId }) => newestId !== null)
      .sort((a, b) => compareIds(b.newestId, a.newestId));
  }

  get unread() {
    return this.list().reduce((sum, conversation) => sum + conversation.unread, 0);
  }

  /**
   * A message that came by event. `advances`: whether it moves the position; an answer to a repeated send doesn't,
   * because earlier messages may not have arrived yet. `isRead`: the person is looking at it.
   */
  receive(resource, { advances, isRead }) {
    const message = messageFromResource(resource, this.#me);
    if (!message) return null;
    const isNew = compareIds(message.id, this.#since) > 0;
    const conversation = this.at(message.peer);
    this.#put(conversation, [message]);
    if (compareIds(message.id, conversation.countedTo) > 0) {
      conversation.countedTo = message.id;
      const isUnread = !message.mine && compareIds(message.id, conversation.own.read) > 0 && !isRead(message.peer);
      if (isUnread) conversation.unread += 1;
    }
    if (advances && isNew) this.#since = message.id;
    this.#changed();
    return message;
  }

  /** A page of older messages; `next` is the start of the following page, undefined on the last one. */
  addPage(name, resources, next) {
    const conversation = this.at(name);
    const messages = resources.map((resource) => messageFromResource(resource, this.#me)).filter(Boolean);
    if (!conversation.opened) {
      // Messages older than this page may be here from a replay, with a gap in between: paging loads them again.
      const oldest = messages.at(-1)?.id;
      if (next && oldest) conversation.messages = conversation.messages.filter(({ id }) => compareIds(id, oldest) >= 0);
      conversation.opened = true;
    }
    conversation.next = next ?? null;
    if (messages[0]) conversation.name = messages[0].peer;
    this.#put(conversation, messages);
    this.#changed();
  }

  /** A page of the server's list. */
  addList(resources, isRead) {
    for (const { conversation: listed } of resources) {
      const last = messageFromResource(listed.last, this.#me);
      if (!last) continue;
      const conversation = this.at(listed.rid);
      this.#noteNewest(conversation, last);
      conversation.peers = further(conversation.peers ?? nowhere(), listed.peer);
      if (compareIds(listed.own.read, conversation.own.read) < 0) continue; // Read on since the server looked.
      conversation.own = further(conversation.own, listed.own);
      const since = conversation.messages.filter(({ id, mine }) => !mine && compareIds(id, last.id) > 0);
      conversation.unread = isRead(listed.rid) ? 0 : listed.unread + since.length;
      conversation.countedTo = later(conversation.countedTo, last.id);
    }
    this.#changed();
  }

  /** A receipt of this user, on any device, or of the other one. */
  receipt({ sid, rid, delivered, read, unread }) {
    const isOwn = keyOf(sid) === keyOf(this.#me);
    const conversation = this.at(isOwn ? rid : sid);
    if (!isOwn || keyOf(rid) === keyOf(this.#me)) {
      conversation.peers = further(conversation.peers ?? nowhere(), { delivered, read });
    }
    if (isOwn) {
      if (compareIds(read, conversation.own.read) >= 0) conversation.unread = unread;
      conversation.own = further(conversation.own, { delivered, read });
      conversation.countedTo = later(conversation.countedTo, conversation.newestId ?? "0");
    }
    this.#changed();
  }

  /** The user sees the conversation now. Returns the message up to which that is new to the server, or null. */
  markRead(name) {
    const conversation = this.#byKey.get(keyOf(name));
    if (!conversation || conversation.newestId === null) return null;
    const isNews = conversation.unread > 0 || compareIds(conversation.newestIncoming, conversation.own.read) > 0;
    if (conversation.unread > 0) {
      conversation.unread = 0;
      this.#changed();
    }
    return isNews ? conversation.newestId : null;
  }

  #put(conversation, messages) {
    for (const message of messages) {
      this.#noteNewest(conversation, message);
      const known = conversation.messages.find(({ id }) => id === message.id);
      if (known) known.lid ??= message.lid;
      else conversation.messages.push(message);
    }
    conversation.messages.sort((a, b) => compareIds(a.id, b.id));
    // A conversation that wasn't opened is loaded page by page when it is.
    if (!conversation.opened) conversation.messages = conversation.messages.slice(-50);
  }

  #noteNewest(conversation, message) {
    if (!message.mine) conversation.newestIncoming = later(conversation.newestIncoming, message.id);
    if (conversation.newestId !== null && compareIds(message.id, conversation.newestId) < 0) return;
    Object.assign(conversation, { newestId: message.id, newestDate: message.date, last: message, name: message.peer });
  }

  #changed() {
    const people = this.list().map(({ name, newestId, newestDate, unread }) => ({ name, newestId, newestDate, unread }));
    this.#memory.write(Remembered, { since: this.#since, people });
    this.dispatchEvent(new Event("change"));
  }
}
