// The contrast of what a page shows, as WCAG 2 measures it (1.4.3 for text, 1.4.11 for the edges of fields).

/**
 * In the page: whatever is harder to read than WCAG allows, a line each: text, placeholders, what is written in fields, and the edges of fields.
 * Opacity and translucent grounds count; what is disabled, or meant for ears alone, doesn't.
 */
export function faint() {
  const White = [255, 255, 255];
  const parse = (color) => (color.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((value, i) => value * a + below[i] * (1 - a));
  const ancestry = (element) => {
    const chain = [];
    for (let at = element; at; at = at.parentElement) chain.unshift(at);
    return chain;
  };
  /** What is seen where `color` is painted last upon the element; without it, the element's ground. */
  const paint = (element, color) => {
    let seen = White;
    for (const at of ancestry(element)) {
      const style = getComputedStyle(at);
      let painted = over(parse(style.backgroundColor), seen);
      if (at === element && color) painted = over(color, painted);
      seen = over([...painted, Number(style.opacity)], seen);
    }
    return seen;
  };
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => ((value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [a, b] = [one, other].map(luminance);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };

  const isShown = (element) => {
    if (!element.checkVisibility({ checkVisibilityCSS: true }) || element.closest(":disabled")) return false;
    return ancestry(element).every((at) => at.getBoundingClientRect().width > 1 && !/inset\(50%\)/.test(getComputedStyle(at).clipPath));
  };
  const found = [];
  const hold = (element, what, actual, least) => {
    if (actual < least) found.push(`${what} of ${element.tagName.toLowerCase()}.${element.className || element.id}: ${actual.toFixed(2)}, not ${least}`);
  };
  /** Letters from 24 pixels on, bold ones from 18.66, are read more easily. */
  const leastFor = ({ fontSize, fontWeight }) => (parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24) ? 3 : 4.5);

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || seen.has(element) || !isShown(element)) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    hold(element, JSON.stringify(texts.currentNode.data.trim().slice(0, 40)), ratio(paint(element, parse(style.color)), paint(element)), leastFor(style));
  }
  for (const field of document.querySelectorAll("input:not([type=checkbox]), textarea")) {
    if (!isShown(field)) continue;
    seen.add(field);
    const own = getComputedStyle(field);
    const style = field.value ? own : getComputedStyle(field, "::placeholder");
    const [r, g, b, a = 1] = parse(style.color);
    if (field.value || field.placeholder) {
      hold(field, field.value ? "what is written" : "the placeholder", ratio(paint(field, [r, g, b, a * (field.value ? 1 : Number(style.opacity))]), paint(field)), leastFor(style));
    }
    const edge = parse(own.borderTopColor);
    if (edge[3] !== 0) hold(field, "the edge", ratio(over(edge, paint(field.parentElement)), paint(field.parentElement)), 3);
  }
  return { found, looked: seen.size };
}
