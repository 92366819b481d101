// The page's controls, except writing.
import { byId } from "../base/dom.js";

/** Opens conversations by the field "To", by "New" and by "Back". */
export function listenToChoice({ current, view, composer, open }) {
  const to = byId("to");
  to.addEventListener("change", () => open(to.value));
  to.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    open(to.value);
    composer.focus();
  });
  byId("new-chat").addEventListener("click", () => {
    to.value = "";
    open("");
    to.focus();
  });
  byId("back").addEventListener("click", () => {
    to.value = "";
    current.open("");
    view.turnTo("list");
  });
}

/** Reports that the user types, and that they have stopped. */
export function listenToTyping({ current, typing }) {
  const text = byId("text");
  text.addEventListener("input", () => {
    const { conversation, isMissing, isOneself } = current;
    if (conversation === null || isMissing || isOneself) return;
    if (text.value.trim()) typing.typed(conversation.name);
    else typing.stopped();
  });
  text.addEventListener("blur", () => typing.stopped());
}

/** Scrolling, and the page becoming visible. */
export function listenToReading({ reading, serverList }) {
  byId("people").addEventListener("scroll", ({ currentTarget }) => serverList.scrolled(currentTarget));
  byId("scroll").addEventListener("scroll", () => reading.tell());
  document.addEventListener("visibilitychange", () => reading.tell());
}
