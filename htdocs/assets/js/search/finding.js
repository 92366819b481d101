// One search for a text: asks for more until a page is full, also if the server answers with a part because its time
// was over, and continues from there.

// So many answers without enough results; then the user decides whether to keep looking.
const MaxAnswers = 20;
const MaxWaits = 10;

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export class Finding {
  #ask;
  #rows;
  #found = [];
  #meta = {};

  /** `ask(meta)` sends a request with these members of `meta` and resolves to the answer. */
  constructor(ask, rows) {
    this.#ask = ask;
    this.#rows = rows;
  }

  /** All that was found so far. */
  get found() {
    return this.#found;
  }

  /** The last answer's. */
  get meta() {
    return this.#meta;
  }

  /** The next page; `onProgress()` after each answer. Stops when `isStale()`. Throws as `ask` does. */
  async more(onProgress, isStale) {
    const wanted = this.#found.length + this.#rows;
    for (let answers = 0; answers < MaxAnswers; ++answers) {
      const before = this.#meta.next === undefined ? {} : { before: this.#meta.next };
      const { data, meta } = await this.#patiently({ rows: wanted - this.#found.length, ...before }, isStale);
      if (isStale()) return;
      this.#found = [...this.#found, ...data];
      this.#meta = meta;
      onProgress();
      if (meta.next === undefined || this.#found.length >= wanted) return;
    }
  }

  /** The server does one search of a user at a time: another page of theirs may be searching. */
  async #patiently(meta, isStale) {
    for (let waits = 0; ; ++waits) {
      try {
        return await this.#ask(meta);
      } catch (error) {
        if (error.code !== 429 || waits === MaxWaits || isStale()) throw error;
        await sleep(error.retryAfter ?? 1);
      }
    }
  }
}
