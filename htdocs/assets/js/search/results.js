// The search results: a page of all messages with its number, or what was found so far with a button for more.
import { full, timeElement } from "../base/dates.js";
import { avatarOf, byId, element } from "../base/dom.js";
import { mediaOf } from "../base/media.js";
import { messageFromResource } from "../base/message.js";
import { termsOf, withMarks } from "./terms.js";

function resultRow(resource, me, terms) {
  const message = messageFromResource(resource, me);
  const head = element(
    "div",
    { class: "result-head" },
    element("strong", {}, message.mine ? "You" : message.sender),
    element("span", {}, `to ${message.mine ? message.receiver : "you"}`),
    timeElement(message.date, full),
  );
  const body = element("div", {}, head);
  if (message.text) body.append(element("p", { class: "text", dir: "auto" }, ...withMarks(message.text, terms)));
  body.append(...mediaOf(message));
  const row = element("li", { class: "result" }, avatarOf(message.sender), body);
  row.dataset.id = message.id;
  return row;
}

function pageSummary({ to, rows, page }, count, { total = count, pages = 1, partial = false }) {
  if (total === 0) return `You and ${to} have not written yet.`;
  if (partial) return "That page is too deep to be shown. Try one nearer to the beginning or the end, or search for a text.";
  if (count === 0) return `There are only ${pages} pages.`;
  const first = (page - 1) * rows + 1;
  return `${first}–${first + count - 1} of ${total}, newest first`;
}

function foundSummary(count, { partial, next }) {
  if (count === 0) return partial ? "Nothing found yet. There are older messages." : "Nothing found.";
  return `1–${count} of ${next === undefined ? "" : "more than "}${count}, newest first`;
}

export class Results {
  #me;
  #list = byId("results");
  #summary = byId("summary");
  #more = byId("more");
  #pager = byId("pager");
  #previous = byId("previous");
  #next = byId("next");
  #place = byId("place");

  /** `onTurn(by)`: the user wants the previous (-1) or next (1) page; `onMore()`: older results. */
  constructor(me, onTurn, onMore) {
    this.#me = me;
    this.#previous.addEventListener("click", () => onTurn(-1));
    this.#next.addEventListener("click", () => onTurn(1));
    this.#more.addEventListener("click", onMore);
  }

  wait() {
    this.#list.setAttribute("aria-busy", "true");
    this.#more.hidden = true;
    this.#summary.textContent = "Searching…";
  }

  /** `wanted` is the search, `data` and `meta` are the answer's. */
  showPage(wanted, data, meta) {
    this.#draw(data, []);
    const pages = meta.pages ?? 1;
    this.#summary.textContent = pageSummary(wanted, data.length, meta);
    this.#place.textContent = `${wanted.page} of ${pages}`;
    this.#previous.disabled = wanted.page <= 1;
    this.#next.disabled = wanted.page >= pages;
    this.#pager.hidden = pages <= 1 && wanted.page === 1;
  }

  /** `data` is all that was found so far, `meta` the last answer's. */
  showFound(wanted, data, meta) {
    this.#draw(data, termsOf(wanted.query));
    this.#summary.textContent = foundSummary(data.length, meta);
    this.#pager.hidden = true;
    this.#more.hidden = meta.next === undefined;
    this.#more.textContent = meta.partial ? "Keep looking" : "Show older ones";
  }

  clear() {
    this.#list.removeAttribute("aria-busy");
    this.#list.replaceChildren();
    this.#summary.textContent = "";
    this.#pager.hidden = true;
    this.#more.hidden = true;
  }

  /** Rows that are shown already stay, so that neither the place nor the focus is lost. */
  #draw(data, terms) {
    this.#list.removeAttribute("aria-busy");
    const shown = new Map([...this.#list.children].map((row) => [row.dataset.id, row]));
    const key = JSON.stringify(terms);
    const isSame = this.#list.dataset.terms === key;
    this.#list.dataset.terms = key;
    this.#list.replaceChildren(...data.map((resource) => (isSame && shown.get(resource.id)) || resultRow(resource, this.#me, terms)));
  }
}
