// Shows what is wrong with a field below it, in the element `.wrong` of its `.field`.
import { showProblem } from "./dom.js";

/** Shows `text` below `input` and focuses it; clears the messages of the other `inputs`. */
export function complainAt(inputs, input, text) {
  for (const each of inputs) {
    const isIt = each === input;
    each.setAttribute("aria-invalid", String(isIt));
    showProblem(each.closest(".field").querySelector(".wrong"), isIt ? text : "");
  }
  input?.focus();
}
