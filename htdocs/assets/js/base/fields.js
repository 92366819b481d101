// What is wrong with a field, said below it: its `.field` has an element `.wrong` for that.
import { showProblem } from "./dom.js";

/** Says `text` below `input`, where the person is put; of the other `inputs` nothing is wrong any more. */
export function complainAt(inputs, input, text) {
  for (const each of inputs) {
    const isIt = each === input;
    each.setAttribute("aria-invalid", String(isIt));
    showProblem(each.closest(".field").querySelector(".wrong"), isIt ? text : "");
  }
  input?.focus();
}
