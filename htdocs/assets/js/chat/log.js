// The open conversation's messages on the page: stored ones, then unsent ones.
import { dayKey } from "../base/dates.js";
import { byId, reconcile } from "../base/dom.js";
import { makeBubble, makeDay, updateBubble, updateDay } from "./bubble.js";

const TogetherWithin = 5 * 60_000;
const NearTheEnd = 120;
const NearTheStart = 80;

export class Log {
  #list = byId("messages");
  #scroll = byId("scroll");
  #latest = byId("latest");
  #earlier = byId("earlier");
  #live = byId("log");
  #key = null;
  #nodes = new Map();
  #onEarlier;
  #actions;
  #ready = false;

  /** `onEarlier()`: older messages are to be loaded. `actions(message)`: the actions of a failed message. */
  constructor(onEarlier, actions) {
    this.#onEarlier = onEarlier;
    this.#actions = actions;
    this.#latest.addEventListener("click", () => this.#toEnd());
    this.#earlier.addEventListener("click", () => this.#onEarlier());
    this.#scroll.addEventListener("scroll", () => {
      if (this.#atEnd()) this.#latest.hidden = true;
      // Not while the first page is loading: an empty conversation is scrolled to its start and to its end.
      if (this.#ready && !this.#earlier.hidden && this.#scroll.scrollTop < NearTheStart) this.#onEarlier();
    });
    // A picture of unknown dimensions grows when it arrives; a view at the end stays at the end.
    this.#list.addEventListener("load", () => this.#stick && this.#toEnd(), true);
    new ResizeObserver(() => this.#stick && this.#toEnd()).observe(this.#scroll);
  }

  #stick = true;

  #atEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroll;
    this.#stick = scrollHeight - scrollTop - clientHeight < NearTheEnd;
    return this.#stick;
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#latest.hidden = true;
    this.#stick = true;
  }

  get showsEnd() {
    return this.#stick;
  }

  /** To be called after something below the messages has appeared or disappeared. */
  keepEnd() {
    if (this.#stick) this.#toEnd();
  }

  /** `messages` in order; `more`: older ones exist; `announce`: whether new ones are read out. */
  show(key, messages, { more, announce }) {
    const isOther = key !== this.#key;
    if (isOther) {
      this.#nodes.clear();
      this.#list.replaceChildren();
      this.#key = key;
      this.#ready = false;
    }
    this.#live.setAttribute("aria-live", announce && !isOther ? "polite" : "off");
    const wasAtEnd = isOther || this.#atEnd();
    const oldHeight = this.#scroll.scrollHeight;
    const oldTop = this.#scroll.scrollTop;
    const oldFirst = this.#list.querySelector(".message");
    const before = this.#nodes.size;

    reconcile(this.#list, this.#arrange(messages));
    this.#earlier.hidden = !more;

    const newest = messages.at(-1);
    if (wasAtEnd || (newest?.mine && newest.state === "queued" && this.#nodes.size > before)) {
      this.#toEnd();
    } else if (oldFirst && this.#list.querySelector(".message") !== oldFirst) {
      this.#scroll.scrollTop = oldTop + (this.#scroll.scrollHeight - oldHeight);
    } else if (this.#nodes.size > before) {
      this.#latest.hidden = false;
    }
    requestAnimationFrame(() => {
      this.#ready = true;
    });
  }

  #arrange(messages) {
    const rows = [];
    const used = new Map();
    let previous = null;
    for (const message of messages) {
      if (!previous || dayKey(previous.date) !== dayKey(message.date)) {
        const id = `day:${dayKey(message.date)}`;
        const row = this.#nodes.get(id) ?? makeDay();
        updateDay(row, message.date);
        used.set(id, row);
        rows.push(row);
        previous = null;
      }
      const id = message.lid ? `lid:${message.lid}` : `id:${message.id}`;
      const row = this.#nodes.get(id) ?? this.#nodes.get(`id:${message.id}`) ?? makeBubble(message);
      const follows = previous !== null && previous.mine === message.mine && message.date - previous.date < TogetherWithin;
      updateBubble(row, message, follows, this.#actions(message));
      used.set(id, row);
      rows.push(row);
      previous = message;
    }
    this.#nodes = used;
    return rows;
  }
}
