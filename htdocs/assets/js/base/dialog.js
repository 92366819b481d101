// A modal question.
import { element } from "./dom.js";

/** Resolves to whether the user chose `yes`; closing the question is a no. */
export function askPerson({ title, text, yes, no }) {
  return new Promise((resolve) => {
    const answer = (value) => ({ class: value ? "primary" : "quiet", type: "button", click: () => dialog.close(value ? "yes" : "") });
    const dialog = element(
      "dialog",
      { class: "question", "aria-labelledby": "question-title", "aria-describedby": "question-text" },
      element("h2", { id: "question-title" }, title),
      element("p", { id: "question-text" }, text),
      element("div", { class: "answers" }, element("button", answer(false), no), element("button", answer(true), yes)),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
