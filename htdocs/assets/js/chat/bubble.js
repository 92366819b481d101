// One message in a conversation. The element stays the same from "sending" to "sent", so that nothing flickers and a
// screen reader hears it once.
import { dayName, timeElement } from "../base/dates.js";
import { element } from "../base/dom.js";
import { withLinks } from "../base/links.js";
import { mediaOf } from "../base/media.js";

const OnlyEmoji = /^(\p{Extended_Pictographic}|\p{Emoji_Component}|\s){1,12}$/u;
const HasPictograph = /\p{Extended_Pictographic}/u;

const receipts = {
  sent: ["✓", "Sent"],
  delivered: ["✓✓", "Delivered"],
  read: ["✓✓", "Read"],
};
const states = {
  queued: ["◷", "Not sent yet"],
  sending: ["◷", "Sending"],
  waiting: ["◷", "Sent again in a moment"],
  failed: ["!", "Not sent"],
};

function stateMark({ state, receipt }) {
  const [sign, words] = state === "sent" ? receipts[receipt] : states[state];
  return [element("span", { class: "ticks", title: words, "aria-hidden": "true" }, sign), element("span", { class: "sr-only" }, words)];
}

export function makeBubble(message) {
  const item = element("li", { class: "message" });
  const text = element("p", { class: "text", dir: "auto" }, ...withLinks(message.text));
  if (OnlyEmoji.test(message.text) && HasPictograph.test(message.text)) text.classList.add("only-emoji");
  const bubble = element(
    "div",
    { class: "bubble" },
    element("span", { class: "sr-only" }, message.mine ? "You: " : `${message.sender}: `),
    ...mediaOf(message),
    message.text === "" ? null : text,
    element("div", { class: "meta" }),
  );
  item.append(bubble);
  item.dataset.mine = String(message.mine);
  return item;
}

/** Brings an element up to the message's state; `actions` are `{retry, remove}` for one that failed. */
export function updateBubble(item, message, follows, actions) {
  item.dataset.follows = String(follows);
  const signature = `${message.state}|${message.receipt}|${message.date.getTime()}|${message.error ?? ""}`;
  if (item.dataset.signature === signature) return;
  item.dataset.signature = signature;
  item.dataset.state = message.state;
  if (message.mine && message.state === "sent") item.dataset.receipt = message.receipt;
  if (message.id) item.dataset.id = message.id;
  item.querySelector(".meta").replaceChildren(timeElement(message.date), ...(message.mine ? stateMark(message) : []));
  item.querySelector(".failure")?.remove();
  if (message.state === "failed") {
    item.append(
      element(
        "div",
        { class: "failure", role: "alert" },
        element("span", {}, `Not sent. ${message.error}`),
        element("button", { class: "quiet", type: "button", click: actions.retry }, "Try again"),
        element("button", { class: "quiet", type: "button", click: actions.remove }, "Remove"),
      ),
    );
  } else if (message.state === "waiting") {
    item.append(element("div", { class: "failure", role: "status" }, "This goes out by itself in a moment."));
  }
}

/** The line above the first message of a day, a heading for those who jump from one to the next. */
export function makeDay() {
  return element("li", { class: "day" }, element("h3", {}));
}

/** To be called again after midnight, when "today" becomes "yesterday". */
export function updateDay(item, date) {
  const name = dayName(date);
  if (item.textContent !== name) item.firstElementChild.textContent = name;
}
