// The search page. What is asked stands in the address, so that it can be reloaded, kept and gone back to.
import { avatarOf, byId, element, showProblem } from "/assets/js/dom.js";
import { full, timeElement } from "/assets/js/dates.js";
import { withMarks } from "/assets/js/links.js";
import { mediaOf } from "/assets/js/media.js";
import { messageFromResource, searchDocument } from "/assets/js/message.js";
import { connect, enter, leave } from "/assets/js/page.js";
import { Refusal, explain } from "/assets/js/refusal.js";

function start(account) {
  const me = account.username;
  const connection = connect(account);
  const form = byId("search");
  const fields = { to: byId("to"), query: byId("query"), rows: byId("rows"), page: byId("page") };
  const problem = byId("problem");
  const summary = byId("summary");
  const results = byId("results");
  const pager = byId("pager");
  const previous = byId("previous");
  const next = byId("next");
  let turn = 0;
  let last = null;

  function complain(text, field = null) {
    for (const input of Object.values(fields)) input.setAttribute("aria-invalid", String(input === field));
    showProblem(problem, text);
    field?.focus();
  }

  function asked() {
    const { to, query, rows, page } = fields;
    const wanted = { to: to.value.trim(), query: query.value, rows: Number(rows.value), page: Number(page.value) };
    const isCount = (value, most) => Number.isInteger(value) && value >= 1 && value <= most;
    if (!wanted.to) return complain("Whose messages? Write a username.", to);
    if (!isCount(wanted.rows, 100)) return complain("Rows per page is a number from 1 to 100.", rows);
    if (!isCount(wanted.page, Number.MAX_SAFE_INTEGER)) return complain("The page is a number from 1.", page);
    return wanted;
  }

  function resultRow(resource, query) {
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

  function show(wanted, data, meta) {
    results.replaceChildren(...data.map((resource) => resultRow(resource, wanted.query)));
    const total = meta.total ?? data.length;
    const pages = meta.pages ?? 1;
    const first = (wanted.page - 1) * wanted.rows + 1;
    if (total === 0) summary.textContent = wanted.query ? "Nothing found." : `You and ${wanted.to} have not written yet.`;
    else if (data.length === 0) summary.textContent = `There are only ${pages} pages.`;
    else summary.textContent = `${first}–${first + data.length - 1} of ${total}, newest first`;
    byId("place").textContent = `${wanted.page} of ${pages}`;
    previous.disabled = wanted.page <= 1;
    next.disabled = wanted.page >= pages;
    pager.hidden = pages <= 1 && wanted.page === 1;
  }

  async function search(wanted) {
    const mine = ++turn;
    last = wanted;
    complain("");
    results.setAttribute("aria-busy", "true");
    summary.textContent = "Searching…";
    try {
      await connection.whenOnline();
      const meta = { rows: wanted.rows, page: wanted.page };
      if (wanted.query) meta.query = wanted.query;
      const answer = await connection.request("msgsearch", searchDocument(me, wanted.to, meta));
      if (mine === turn) show(wanted, answer.data, answer.meta);
    } catch (error) {
      if (mine !== turn) return;
      if (error instanceof Refusal && error.code === 401) return leave("expired");
      summary.textContent = "";
      results.replaceChildren();
      pager.hidden = true;
      complain(error instanceof Refusal && error.code === 404 ? `Nobody here is called ${wanted.to}.` : explain(error));
    } finally {
      if (mine === turn) results.removeAttribute("aria-busy");
    }
  }

  function go(page = null) {
    if (page !== null) fields.page.value = String(page);
    const wanted = asked();
    if (!wanted) return;
    // Another question begins on its first page, unless a page was asked for with it.
    const isOther = last && ["to", "query", "rows"].some((name) => wanted[name] !== last[name]);
    if (page === null && isOther && wanted.page === last.page) {
      wanted.page = 1;
      fields.page.value = "1";
    }
    const address = `?${new URLSearchParams(wanted)}`;
    if (address !== location.search) history.pushState(null, "", address);
    search(wanted);
  }

  function readAddress() {
    const query = new URLSearchParams(location.search);
    for (const [name, field] of Object.entries(fields)) field.value = query.get(name) ?? field.defaultValue;
    const wanted = fields.to.value ? asked() : null;
    if (wanted) search(wanted);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  previous.addEventListener("click", () => go(Number(fields.page.value) - 1));
  next.addEventListener("click", () => go(Number(fields.page.value) + 1));
  window.addEventListener("popstate", readAddress);
  readAddress();
}

const account = enter();
if (account) start(account);
