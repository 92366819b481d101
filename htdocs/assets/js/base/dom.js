// Making elements. Text goes in as text nodes only: nothing a user wrote is ever parsed as markup.

/** `element("p", {class: "hint", hidden: true}, "text", otherElement)`; false and null omit an attribute. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Makes `nodes` the children, in this order, without moving nodes that are in their place already. */
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
}

/** Shows or, for an empty text, hides an alert. */
export function showProblem(box, text) {
  box.hidden = !text;
  box.textContent = text ?? "";
}

let toastTimer = 0;
export function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.replaceChildren(), 6_000);
}

/** A colour and a letter for a person, the same everywhere. */
export function paintAvatar(avatar, name) {
  // FNV-1a, so that names which differ little get colours that differ.
  let hash = 0x811c9dc5;
  for (const character of name.toLowerCase()) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
  avatar.dataset.hue = String((hash >>> 16) % 8);
  avatar.textContent = name ? name.charAt(0) : "?";
}

export function avatarOf(name) {
  const avatar = element("span", { class: "avatar", "aria-hidden": "true" });
  paintAvatar(avatar, name);
  return avatar;
}
