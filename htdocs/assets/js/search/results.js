// One page of search results.
import { full, timeElement } from "../base/dates.js";
import { avatarOf, byId, element } from "../base/dom.js";
import { withMarks } from "../base/links.js";
import { mediaOf } from "../base/media.js";
import { messageFromResource } from "../base/message.js";

function resultRow(resource, me, query) {
  const message = messageFromResource(resource, me);
  const head = element(
    "div",
    { class: "result-head" },
    element("strong", {}, message.mine ? "You" : message.sender),
    element("span", {}, `to ${message.mine ? message.receiver : "you"}`),
    timeElement(message.date, full),
  );
  const body = element("div", {}, head);
  if (message.text) body.append(element("p", { class: "text", dir: "auto" }, ...withMarks(message.text, query)));
  body.append(...mediaOf(message));
  const row = element("li", { class: "result" }, avatarOf(message.sender), body);
  row.dataset.id = message.id;
  return row;
}

function summaryOf({ to, query, rows, page }, count, { total = count, pages = 1 }) {
  if (total === 0) return query ? "Nothing found." : `You and ${to} have not written yet.`;
  if (count === 0) return `There are only ${pages} pages.`;
  const first = (page - 1) * rows + 1;
  return `${first}–${first + count - 1} of ${total}, newest first`;
}

export class Results {
  #me;
  #list = byId("results");
  #summary = byId("summary");
  #pager = byId("pager");
  #previous = byId("previous");
  #next = byId("next");
  #place = byId("place");

  /** `onTurn(by)`: the user wants the previous (-1) or next (1) page. */
  constructor(me, onTurn) {
    this.#me = me;
    this.#previous.addEventListener("click", () => onTurn(-1));
    this.#next.addEventListener("click", () => onTurn(1));
  }

  wait() {
    this.#list.setAttribute("aria-busy", "true");
    this.#summary.textContent = "Searching…";
  }

  /** `wanted` is the search, `data` and `meta` are the answer's. */
  show(wanted, data, meta) {
    this.#list.removeAttribute("aria-busy");
    this.#list.replaceChildren(...data.map((resource) => resultRow(resource, this.#me, wanted.query)));
    const pages = meta.pages ?? 1;
    this.#summary.textContent = summaryOf(wanted, data.length, meta);
    this.#place.textContent = `${wanted.page} of ${pages}`;
    this.#previous.disabled = wanted.page <= 1;
    this.#next.disabled = wanted.page >= pages;
    this.#pager.hidden = pages <= 1 && wanted.page === 1;
  }

  clear() {
    this.#list.removeAttribute("aria-busy");
    this.#list.replaceChildren();
    this.#summary.textContent = "";
    this.#pager.hidden = true;
  }
}
