// What was begun and not sent: it belongs to its conversation, and is there again after a reload.
const Empty = { text: "", image: "", video: "" };

const isEmpty = ({ text, image, video }) => !text && !image && !video;

export class Drafts {
  #memory;
  #composer;
  #current;

  constructor({ memory, composer, current }) {
    this.#memory = memory;
    this.#composer = composer;
    this.#current = current;
    composer.addEventListener("edited", () => this.#keep(current.key, composer.draft));
    current.addEventListener("open", ({ detail }) => this.#change(detail));
    composer.draft = this.#of(current.key);
  }

  #of(key) {
    return { ...Empty, ...this.#memory.read(this.#name(key)) };
  }

  /** `null` is the draft of none: for somebody whose name isn't written yet. */
  #name(key) {
    return `draft.${key ?? ""}`;
  }

  #keep(key, draft) {
    if (isEmpty(draft)) this.#memory.remove(this.#name(key));
    else this.#memory.write(this.#name(key), draft);
  }

  #change(before) {
    const { key } = this.#current;
    const written = this.#composer.draft;
    const begun = this.#of(key);
    // What was written for nobody yet, or under a mistyped name, is for whom the person names now.
    const comesAlong = key !== null && (before.key === null || before.isMissing) && isEmpty(begun) && !isEmpty(written);
    this.#keep(before.key, comesAlong ? Empty : written);
    if (comesAlong) this.#keep(key, written);
    else this.#composer.draft = begun;
  }
}
