// Links in what people write. Only http and https ever become an address.
import { element } from "./dom.js";

/** The URL, or null for anything that isn't a whole http(s) one. */
export function webUrl(text) {
  if (typeof text !== "string") return null;
  try {
    const url = new URL(text.trim());
    return (url.protocol === "http:" || url.protocol === "https:") && url.hostname ? url : null;
  } catch {
    return null;
  }
}

export function linkTo(url, ...children) {
  return element("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, ...children);
}

const Address = /https?:\/\/[^\s<>"'`\u0000]+/gi;
const Trailing = /[.,;:!?)\]}…]+$/;

/** Text nodes and links that together read exactly as `text`. */
export function withLinks(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(Address)) {
    const address = match[0].replace(Trailing, "");
    const url = webUrl(address);
    if (!url) continue;
    parts.push(text.slice(from, match.index), linkTo(url, address));
    from = match.index + address.length;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}

/** Text nodes and marks of where `query` occurs, without regard to case. */
export function withMarks(text, query) {
  if (!query) return [text];
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), element("mark", {}, match[0]));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}
