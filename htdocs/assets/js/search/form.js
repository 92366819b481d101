// The search form's fields, checked, and the same values in the page's URL, so that a search can be reloaded,
// bookmarked and gone back to.
import { byId, showProblem } from "../base/dom.js";
import { complainAt } from "../base/fields.js";

const MaxRows = 100;

export class SearchForm {
  #fields = { to: byId("to"), query: byId("query"), rows: byId("rows"), page: byId("page") };
  #problem = byId("problem");

  /** `onSubmit()`: the user starts the search. */
  constructor(onSubmit) {
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      onSubmit();
    });
  }

  get page() {
    return Number(this.#fields.page.value);
  }

  set page(number) {
    this.#fields.page.value = String(number);
  }

  /** Shows what is wrong, below the field of that name or, without one, below the form; "" for nothing. */
  complain(text, name = null) {
    complainAt(Object.values(this.#fields), name && this.#fields[name], text);
    showProblem(this.#problem, name ? "" : text);
  }

  /** `{to, query, rows, page}`; undefined if a field is wrong, which is then shown. */
  read() {
    const { to, query, rows, page } = this.#fields;
    const wanted = { to: to.value.trim(), query: query.value, rows: Number(rows.value), page: Number(page.value) };
    const isCount = (value, most) => Number.isInteger(value) && value >= 1 && value <= most;
    if (!wanted.to && !wanted.query.trim()) return this.complain("Whose messages? Write a username.", "to");
    if (!isCount(wanted.rows, MaxRows)) return this.complain(`Rows per page is a number from 1 to ${MaxRows}.`, "rows");
    if (!isCount(wanted.page, Number.MAX_SAFE_INTEGER)) return this.complain("The page is a number from 1.", "page");
    return wanted;
  }

  /** Puts `wanted` into the URL, as a step that the browser's Back undoes. */
  writeAddress(wanted) {
    const address = `?${new URLSearchParams(wanted)}`;
    if (address !== location.search) history.pushState(null, "", address);
  }

  /** Fills the fields from the URL; returns the same as `read`, or undefined if the URL has no search. */
  readAddress() {
    const query = new URLSearchParams(location.search);
    for (const [name, field] of Object.entries(this.#fields)) field.value = query.get(name) ?? field.defaultValue;
    return this.#fields.to.value || this.#fields.query.value ? this.read() : undefined;
  }
}
