// Writing: the text, the links that go with it, and what is wrong with them before the server has to say so.
import { byId, element, showProblem } from "../base/dom.js";
import { webUrl } from "../base/links.js";
import { loadImage } from "../base/media.js";

const TextLimit = 4096;
const CountFrom = 3500;

const characters = (text) => [...text].length;

export class Composer {
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

  /** `onSend({rid, text, attributes})`. */
  constructor(onSend) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const draft = this.#draft();
      if (!draft) return;
      onSend(draft);
      this.#clear();
    });
    this.#text.addEventListener("keydown", (event) => {
      // With a finger's keyboard Enter is a new line; with a real one it sends, and not while a word is being composed.
      const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches;
      if (!sends) return;
      event.preventDefault();
      this.#form.requestSubmit();
    });
    this.#text.addEventListener("input", () => this.#grow());
    this.#attach.addEventListener("click", () => this.#showLinks(this.#links.hidden));
    for (const input of [this.#image, this.#video]) input.addEventListener("change", () => this.#showPreview());
    for (const input of [this.#to, this.#text, this.#image, this.#video]) {
      input.addEventListener("input", () => {
        input.removeAttribute("aria-invalid");
        this.complain("");
      });
    }
  }

  complain(text, field = null) {
    showProblem(this.#problem, text);
    field?.setAttribute("aria-invalid", "true");
    field?.focus();
  }

  focus() {
    this.#text.focus();
  }

  #draft() {
    const rid = this.#to.value.trim();
    const text = this.#text.value;
    if (!rid) return this.complain("Whom is it for? Write their username above.", this.#to);
    if (!/^[A-Za-z0-9_.-]{1,32}$/.test(rid)) return this.complain("A username has letters, digits, “_”, “.” and “-” only.", this.#to);
    if (characters(text) > TextLimit) return this.complain(`That is ${characters(text) - TextLimit} characters too long.`, this.#text);
    const attributes = {};
    for (const [kind, input] of [["image", this.#image], ["video", this.#video]]) {
      if (!input.value.trim()) continue;
      const url = webUrl(input.value);
      if (!url) return this.complain("A link begins with http:// or https://.", input);
      attributes[kind] = { url: url.href };
    }
    const { image, video } = attributes;
    if (image && this.#picture.href === image.url && this.#picture.element) {
      Object.assign(image, { width: this.#picture.element.naturalWidth, height: this.#picture.element.naturalHeight });
    }
    if (video) video.source = new URL(video.url).hostname;
    // Spaces alone are a text to the server, but from a keyboard they are a slip.
    if (!text.trim() && !image && !video) return this.complain("Write something first.", this.#text);
    return { rid, text, attributes };
  }

  #clear() {
    for (const input of [this.#text, this.#image, this.#video]) input.value = "";
    this.#showLinks(false);
    this.#showPreview();
    this.#grow();
    this.complain("");
    this.#text.focus();
  }

  #showLinks(shown) {
    this.#links.hidden = !shown;
    this.#attach.setAttribute("aria-expanded", String(shown));
    this.#attach.textContent = shown ? "Hide link" : "Add link";
    if (shown) this.#image.focus();
  }

  #grow() {
    // Where the browser knows `field-sizing` this changes nothing.
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
