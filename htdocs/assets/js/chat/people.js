// The list of conversations.
import { brief, full } from "../base/dates.js";
import { avatarOf, byId, element, reconcile } from "../base/dom.js";
import { summary } from "../base/message.js";

export class People {
  #list = byId("people");
  #nobody = byId("nobody");
  #rows = new Map();
  #onChoose;

  constructor(onChoose) {
    this.#onChoose = onChoose;
  }

  /** `conversations` newest first; `openKey` is that of the open one; `isOnline(name)`, `isTyping(name)`. */
  show(conversations, openKey, { isOnline, isTyping }) {
    this.#nobody.hidden = conversations.length > 0;
    const rows = conversations.map((conversation) => {
      const row = this.#row(conversation, conversation.key === openKey);
      const [button] = row.children;
      button.querySelector(".presence").hidden = !isOnline(conversation.name);
      this.#showLast(button, conversation, isTyping(conversation.name));
      return row;
    });
    reconcile(this.#list, rows);
  }

  #showLast(button, conversation, isTyping) {
    const last = button.querySelector(".person-last");
    last.dataset.typing = String(isTyping);
    if (isTyping) last.replaceChildren("typing…");
    else if (!conversation.last) last.replaceChildren();
    // "You:" is in the page's language, the rest in any language.
    else if (conversation.last.mine) last.replaceChildren("You: ", element("bdi", {}, summary(conversation.last)));
    else last.replaceChildren(summary(conversation.last));
  }

  #row(conversation, isOpen) {
    const row = this.#rows.get(conversation.key) ?? this.#make(conversation);
    const [button] = row.children;
    button.setAttribute("aria-current", String(isOpen));
    button.dataset.unread = String(conversation.unread > 0);
    button.querySelector(".person-name").textContent = conversation.name;
    const time = button.querySelector(".person-time");
    time.textContent = brief(conversation.newestDate);
    time.title = full(conversation.newestDate);
    const badge = button.querySelector(".badge");
    badge.hidden = conversation.unread === 0;
    if (badge.dataset.count !== String(conversation.unread)) {
      badge.dataset.count = String(conversation.unread);
      badge.replaceChildren(conversation.unread > 99 ? "99+" : String(conversation.unread), element("span", { class: "sr-only" }, " unread"));
    }
    return row;
  }

  #make(conversation) {
    const button = element(
      "button",
      { class: "person", type: "button", click: () => this.#onChoose(conversation.name) },
      element("span", { class: "person-avatar" }, avatarOf(conversation.name), element("span", { class: "presence", hidden: true }, element("span", { class: "sr-only" }, "online"))),
      element("span", { class: "person-name" }),
      element("span", { class: "person-time" }),
      element("span", { class: "person-last", dir: "auto" }),
      element("span", { class: "badge", hidden: true }),
    );
    const row = element("li", {}, button);
    this.#rows.set(conversation.key, row);
    return row;
  }
}
