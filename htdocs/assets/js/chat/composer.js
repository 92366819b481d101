// Writing a message: the text, the links that go with it, and their checks before the server refuses them. Event:
// `edited` (the user has changed the input).
import { byId, element, showProblem } from "../base/dom.js";
import { webUrl } from "../base/links.js";
import { loadImage } from "../base/media.js";

const TextLimit = 4096;
const CountFrom = 3500;
const IsComposing = 229; // Safari's key code of the Enter that ends a composition; `isComposing` is false by then.

const characters = (text) => [...text].length;

export class Composer extends EventTarget {
  #form = byId("composer");
  #to = byId("to");
  #text = byId("text");
  #image = byId("image");
  #video = byId("video");
  #links = byId("links");
  #attach = byId("attach");
  #preview = byId("preview");
  #problem = byId("problem");
  #counter = byId("counter");
  #picture = { href: null, element: null };
  #previews = 0;

  /** `settle()` is called before anything is read for sending; `onSend({rid, text, attributes})`. */
  constructor(settle, onSend) {
    super();
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      settle();
      const message = this.#message();
      if (!message) return;
      onSend(message);
      this.#clear();
    });
    this.#text.addEventListener("keydown", (event) => this.#sendByEnter(event));
    this.#text.addEventListener("input", () => this.#grow());
    this.#attach.addEventListener("click", () => {
      this.#showLinks(this.#links.hidden);
      if (!this.#links.hidden) this.#image.focus();
    });
    for (const input of [this.#image, this.#video]) input.addEventListener("change", () => this.#showPreview());
    for (const input of [this.#to, ...this.#fields]) input.addEventListener("input", () => this.complain(""));
    for (const input of this.#fields) input.addEventListener("input", () => this.dispatchEvent(new Event("edited")));
  }

  get #fields() {
    return [this.#text, this.#image, this.#video];
  }

  complain(text, field = null) {
    for (const input of [this.#to, ...this.#fields]) input.removeAttribute("aria-invalid");
    showProblem(this.#problem, text);
    field?.setAttribute("aria-invalid", "true");
    field?.focus();
  }

  focus() {
    this.#text.focus();
  }

  /** The present input, to be stored and restored: `{text, image, video}`. */
  get draft() {
    return { text: this.#text.value, image: this.#image.value, video: this.#video.value };
  }

  set draft({ text, image, video }) {
    this.#text.value = text;
    this.#image.value = image;
    this.#video.value = video;
    this.#showLinks(image !== "" || video !== "");
    this.#showPreview();
    this.#grow();
  }

  // On a touch keyboard Enter is a new line; on a real one it sends, except while an input method composes a word.
  #sendByEnter(event) {
    const composes = event.isComposing || event.keyCode === IsComposing;
    if (event.key !== "Enter" || event.shiftKey || composes || !matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  /** `{rid, text, attributes}`; undefined if something is wrong, which is then shown. */
  #message() {
    const rid = this.#to.value.trim();
    const text = this.#text.value;
    if (!rid) return this.complain("Whom is it for? Write their username above.", this.#to);
    if (!/^[A-Za-z0-9_.-]{1,32}$/.test(rid)) return this.complain("A username has letters, digits, “_”, “.” and “-” only.", this.#to);
    if (characters(text) > TextLimit) return this.complain(`That is ${characters(text) - TextLimit} characters too long.`, this.#text);
    const attributes = this.#attributes();
    if (!attributes) return undefined;
    // The server accepts a text of spaces, but from a keyboard it is a mistake.
    if (!text.trim() && Object.keys(attributes).length === 0) return this.complain("Write something first.", this.#text);
    return { rid, text, attributes };
  }

  #attributes() {
    const attributes = {};
    for (const [kind, input] of [["image", this.#image], ["video", this.#video]]) {
      if (!input.value.trim()) continue;
      const url = webUrl(input.value);
      if (!url) return this.complain("A link begins with http:// or https://.", input);
      attributes[kind] = { url: url.href };
    }
    const { image, video } = attributes;
    const { href, element: picture } = this.#picture;
    if (image && href === image.url && picture) Object.assign(image, { width: picture.naturalWidth, height: picture.naturalHeight });
    if (video) video.source = new URL(video.url).hostname;
    return attributes;
  }

  #clear() {
    this.draft = { text: "", image: "", video: "" };
    this.dispatchEvent(new Event("edited"));
    this.complain("");
    this.#text.focus();
  }

  #showLinks(shown) {
    this.#links.hidden = !shown;
    this.#attach.setAttribute("aria-expanded", String(shown));
    this.#attach.textContent = shown ? "Hide link" : "Add link";
  }

  #grow() {
    // If the browser supports `field-sizing`, this changes nothing.
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
    const count = characters(this.#text.value);
    this.#counter.textContent = count >= CountFrom ? `${count} of ${TextLimit}` : "";
    this.#counter.dataset.over = String(count > TextLimit);
  }

  async #showPreview() {
    const turn = ++this.#previews;
    const url = webUrl(this.#image.value);
    this.#picture = { href: url?.href ?? null, element: null };
    this.#preview.hidden = !url;
    if (!url) return;
    this.#preview.replaceChildren("Looking at the image…");
    const picture = await loadImage(url);
    if (turn !== this.#previews) return;
    this.#picture.element = picture;
    const size = picture && `${picture.naturalWidth} × ${picture.naturalHeight}`;
    this.#preview.replaceChildren(...(picture ? [picture, element("span", {}, size)] : ["No image came from there; the link can be sent all the same."]));
  }
}
