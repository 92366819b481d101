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

// A URL ends at a space, a quotation mark, Chinese and Japanese punctuation and wide forms, or an invisible character:
// one that changes the direction of writing would make the URL look like another one.
const Stops = String.raw`\s<>"\x60“”„«»\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff` + String.raw`\u3000-\u3004\u3008-\u301f\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65`;
const Address = new RegExp(String.raw`(?<![A-Za-z0-9])https?://[^${Stops}]+|(?<![\w@.\-/:])www\.[^${Stops}./?#:]+\.[^${Stops}./?#:][^${Stops}]*`, "giu");
const Trailing = ".,;:!?…'’‘*،؛؟۔।";
const Brackets = { ")": "(", "]": "[", "}": "{" };

const count = (text, character) => text.split(character).length - 1;

/** Removes what belongs to the sentence: punctuation at the end, and a closing bracket that was opened before the URL. */
function trimmed(address) {
  const surplus = {};
  for (const [close, open] of Object.entries(Brackets)) surplus[close] = count(address, close) - count(address, open);
  let end = address.length;
  for (; end > 0; --end) {
    const last = address[end - 1];
    if (surplus[last] > 0) --surplus[last];
    else if (!Trailing.includes(last)) break;
  }
  return address.slice(0, end);
}

/** The links of a text and their positions: `[{from, to, url}]`. */
export function linksIn(text) {
  const found = [];
  for (const match of text.matchAll(Address)) {
    const address = trimmed(match[0]);
    const url = webUrl(/^www\./i.test(address) ? `https://${address}` : address);
    if (url) found.push({ from: match.index, to: match.index + address.length, url });
  }
  return found;
}

/** Text nodes and links that together read exactly as `text`. */
export function withLinks(text) {
  const parts = [];
  let at = 0;
  for (const { from, to, url } of linksIn(text)) {
    parts.push(text.slice(at, from), linkTo(url, text.slice(from, to)));
    at = to;
  }
  parts.push(text.slice(at));
  return parts.filter((part) => part !== "");
}
