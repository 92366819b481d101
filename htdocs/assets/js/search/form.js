// What is asked for: the form's fields, checked, and the same in the page's address, so that it can be reloaded, kept and
// gone back to.
import { byId, showProblem } from "../base/dom.js";
import { complainAt } from "../base/fields.js";

const MaxRows = 100;

export class SearchForm {
  #fields = { to: byId("to"), query: byId("query"), rows: byId("rows"), page: byId("page") };
  #problem = byId("problem");

  /** `onSubmit()`: the person wants to see what the fields say. */
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

  /** Says what is wrong, below the field of that name or, without one, below the form; "" for nothing. */
  complain(text, name = null) {
    const checked = Object.values(this.#fields).filter((input) => input !== this.#fields.query);
    complainAt(checked, name && this.#fields[name], text);
    showProblem(this.#problem, name ? "" : text);
  }

  /** `{to, query, rows, page}`; undefined where a field is wrong, which is said then. */
  read() {
    const { to, query, rows, page } = this.#fields;
    const wanted = { to: to.value.trim(), query: query.value, rows: Number(rows.value), page: Number(page.value) };
    const isCount = (value, most) => Number.isInteger(value) && value >= 1 && value <= most;
    if (!wanted.to) return this.complain("Whose messages? Write a username.", "to");
    if (!isCount(wanted.rows, MaxRows)) return this.complain(`Rows per page is a number from 1 to ${MaxRows}.`, "rows");
    if (!isCount(wanted.page, Number.MAX_SAFE_INTEGER)) return this.complain("The page is a number from 1.", "page");
    return wanted;
  }

  /** Puts `wanted` into the address, as a step that the browser's Back undoes. */
  writeAddress(wanted) {
    const address = `?${new URLSearchParams(wanted)}`;
    if (address !== location.search) history.pushState(null, "", address);
  }

  /** Fills the fields from the address; gives what `read` gives, or undefined where the address asks for nothing. */
  readAddress() {
    const query = new URLSearchParams(location.search);
    for (const [name, field] of Object.entries(this.#fields)) field.value = query.get(name) ?? field.defaultValue;
    return this.#fields.to.value ? this.read() : undefined;
  }
}
