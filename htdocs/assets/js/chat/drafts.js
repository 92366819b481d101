// Unsent input: it belongs to its conversation, and survives a reload.
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

  /** `null` is the draft without a conversation, before a name was written. */
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
    // A text that was written without a name, or under a mistyped one, moves to the person who is named now.
    const comesAlong = key !== null && (before.key === null || before.isMissing) && isEmpty(begun) && !isEmpty(written);
    this.#keep(before.key, comesAlong ? Empty : written);
    if (comesAlong) this.#keep(key, written);
    else this.#composer.draft = begun;
  }
}
