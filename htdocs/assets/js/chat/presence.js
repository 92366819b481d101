// Which of the people on the page are online. The page tells the server whom it shows, and the server sends changes.
// Event: `change`.
import { keyOf } from "../base/message.js";
import { sinceWhen } from "../base/dates.js";

const GatherFor = 200;
const AtOnce = 100;

export class Presence extends EventTarget {
  #connection;
  #known = new Map();
  #wanted = [];
  #asked = "";
  #timer = 0;

  constructor(connection) {
    super();
    this.#connection = connection;
    connection.addEventListener("event:presence", ({ detail }) => this.#take(detail));
    connection.addEventListener("state", () => {
      this.#asked = "";
      if (connection.isOnline) this.#askSoon();
      else this.#forget();
    });
  }

  /** The names that the page shows, the most important first. */
  watch(names) {
    this.#wanted = names.slice(0, AtOnce);
    this.#askSoon();
  }

  /** `{online, seen}`; undefined if unknown. */
  of(name) {
    return this.#known.get(keyOf(name));
  }

  /** In words, "" if unknown. */
  textOf(name) {
    const presence = this.of(name);
    if (!presence) return "";
    if (presence.online) return "online";
    return presence.seen ? `last seen ${sinceWhen(presence.seen)}` : "offline";
  }

  #askSoon() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#ask();
    }, GatherFor);
  }

  #ask() {
    const wanted = this.#wanted.map(keyOf).sort().join(" ");
    if (wanted === this.#asked || !this.#connection.isOnline) return;
    this.#asked = wanted;
    // The answer also comes as an event, which is handled.
    this.#connection.request("presence", { data: { type: "presence", users: this.#wanted } }).catch(() => {});
  }

  #take(document) {
    if (!Array.isArray(document?.data)) return;
    for (const { id, presence } of document.data) {
      this.#known.set(keyOf(id), { online: presence.online === true, seen: presence.seen ? new Date(presence.seen) : null });
    }
    this.dispatchEvent(new Event("change"));
  }

  /** While the page is offline, no state is known. */
  #forget() {
    this.#known.clear();
    this.dispatchEvent(new Event("change"));
  }
}
