// The words of a search, and where they occur in a text: for marking them. What is found, the server decides.
import { element } from "../base/dom.js";

const Word = /["“”„‟＂]([^"“”„‟＂]*)["“”„‟＂]|[«»]([^«»]*)[«»]|(\S+)/gu;
const Operator = /^(?:from|in|before|after|has):/i;

/** The words and phrases of a search, without its operators. */
export function termsOf(search) {
  return [...search.matchAll(Word)]
    .map(([, quoted, angled, word]) => quoted ?? angled ?? (Operator.test(word) ? "" : word))
    .map((term) => fold(term).trim())
    .filter((term) => term !== "");
}

/** Without case, accents and compatibility forms, nearly as the server compares. */
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase().toLowerCase().replace(/\s+/gu, " ");
}

/** The folded text, and for each of its characters where it came from. */
function folded(text) {
  let all = "";
  const from = [];
  for (const { 0: cluster, index } of text.matchAll(/\s+|\P{M}\p{M}*|\p{M}+/gu)) {
    const part = fold(cluster);
    for (let i = 0; i < part.length; ++i) from.push({ start: index, end: index + cluster.length });
    all += part;
  }
  return { all, from };
}

/** Text nodes and marks of where the terms occur. */
export function withMarks(text, terms) {
  const { all, from } = folded(text);
  const isMarked = new Uint8Array(text.length);
  for (const term of terms) {
    for (let at = all.indexOf(term); at >= 0; at = all.indexOf(term, at + term.length)) {
      isMarked.fill(1, from[at].start, from[at + term.length - 1].end);
    }
  }
  const parts = [];
  for (let at = 0; at < text.length; ) {
    let end = at;
    while (end < text.length && isMarked[end] === isMarked[at]) ++end;
    parts.push(isMarked[at] ? element("mark", {}, text.slice(at, end)) : text.slice(at, end));
    at = end;
  }
  return parts;
}
