// The search page: searches with the form's values and shows the results.
import { searchDocument } from "./base/message.js";
import { SearchForm } from "./search/form.js";
import { Results } from "./search/results.js";
import { connect, enter } from "./session/page.js";
import { Refusal, explain } from "./session/refusal.js";

class Search {
  #me;
  #connection;
  #form = new SearchForm(() => this.#go());
  #results;
  #turn = 0;
  #last = null;

  constructor(me, connection) {
    this.#me = me;
    this.#connection = connection;
    this.#results = new Results(me, (by) => this.#go(this.#form.page + by));
    window.addEventListener("popstate", () => this.fromAddress());
  }

  /** Shows the results for the URL. */
  fromAddress() {
    const wanted = this.#form.readAddress();
    if (wanted) this.#ask(wanted);
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
    this.#ask(wanted);
  }

  async #ask(wanted) {
    const turn = ++this.#turn;
    this.#last = wanted;
    this.#form.complain("");
    this.#results.wait();
    const { to, query, rows, page } = wanted;
    try {
      await this.#connection.whenOnline();
      const meta = query ? { rows, page, query } : { rows, page };
      const answer = await this.#connection.request("msgsearch", searchDocument(this.#me, to, meta));
      if (turn === this.#turn) this.#results.show(wanted, answer.data, answer.meta);
    } catch (error) {
      if (turn === this.#turn) this.#failed(error, to);
    }
  }

  #failed(error, to) {
    this.#results.clear();
    const isNobody = error instanceof Refusal && error.code === 404;
    if (isNobody) this.#form.complain(`Nobody here is called ${to}.`, "to");
    else this.#form.complain(explain(error, { 403: "You can only search in your own conversations." }));
  }
}

const account = enter();
if (account) new Search(account.username, connect(account)).fromAddress();
