// The search page: searches with the form's values and shows the results. Without a text these are all messages of two
// people, in numbered pages; with one it is what was found, from the newest on.
import { searchDocument } from "./base/message.js";
import { Finding } from "./search/finding.js";
import { SearchForm } from "./search/form.js";
import { Results } from "./search/results.js";
import { connect, enter } from "./session/page.js";
import { Refusal, explain } from "./session/refusal.js";

/** How far the user's clock is ahead of UTC, as `+09:00`: their days are meant by `before:` and `after:`. */
function zone() {
  const minutes = -new Date().getTimezoneOffset();
  const two = (number) => String(number).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

class Search {
  #me;
  #connection;
  #form = new SearchForm(() => this.#go());
  #results;
  #turn = 0;
  #last = null;
  #finding = null;

  constructor(me, connection) {
    this.#me = me;
    this.#connection = connection;
    this.#results = new Results(me, (by) => this.#go(this.#form.page + by), () => this.#find(this.#last));
    window.addEventListener("popstate", () => this.fromAddress());
  }

  /** Shows the results for the URL. */
  fromAddress() {
    const wanted = this.#form.readAddress();
    if (wanted) this.#begin(wanted);
  }

  #go(page = null) {
    if (page !== null) this.#form.page = page;
    const wanted = this.#form.read();
    if (!wanted) return;
    // A new search begins on its first page, unless a page was given with it.
    const isOther = this.#last && ["to", "query", "rows"].some((name) => wanted[name] !== this.#last[name]);
    if (page === null && isOther && wanted.page === this.#last.page) {
      wanted.page = 1;
      this.#form.page = 1;
    }
    this.#form.writeAddress(wanted);
    this.#begin(wanted);
  }

  #begin(wanted) {
    this.#last = wanted;
    this.#finding = null;
    if (!wanted.query.trim()) {
      this.#turnTo(wanted);
      return;
    }
    const own = { search: wanted.query, zone: zone() };
    this.#finding = new Finding((meta) => this.#request(wanted.to, { ...own, ...meta }), wanted.rows);
    this.#find(wanted);
  }

  #turnTo(wanted) {
    const { to, rows, page } = wanted;
    return this.#asking(wanted, async (isStale) => {
      const { data, meta } = await this.#request(to, { rows, page });
      if (!isStale()) this.#results.showPage(wanted, data, meta);
    });
  }

  #find(wanted) {
    const finding = this.#finding;
    return this.#asking(wanted, (isStale) => finding.more(() => this.#results.showFound(wanted, finding.found, finding.meta), isStale));
  }

  async #asking(wanted, ask) {
    const turn = ++this.#turn;
    const isStale = () => turn !== this.#turn;
    this.#form.complain("");
    this.#results.wait();
    try {
      await ask(isStale);
    } catch (error) {
      if (!isStale()) this.#failed(error, wanted);
    }
  }

  async #request(to, meta) {
    await this.#connection.whenOnline();
    return this.#connection.request("msgsearch", searchDocument(this.#me, to, meta));
  }

  #failed(error, { to, query }) {
    this.#results.clear();
    const code = error instanceof Refusal ? error.code : 0;
    const isNamed = /(?:^|\s)(?:from|in):/i.test(query);
    if (code === 404 && isNamed) this.#form.complain("One of the names in this search is nobody’s here.", "query");
    else if (code === 404) this.#form.complain(`Nobody here is called ${to}.`, "to");
    // What is wrong with a search the server knows best.
    else if (code === 400 && query && error.message.startsWith("meta.search ")) {
      this.#form.complain(`${error.message.replace("meta.search", "The search")}.`, "query");
    } else this.#form.complain(explain(error, { 403: "You can only search in your own conversations." }));
  }
}

const account = enter();
if (account) new Search(account.username, connect(account)).fromAddress();
