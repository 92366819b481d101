// Images and videos by link.
import { duration } from "./dates.js";
import { element } from "./dom.js";
import { linkTo, webUrl } from "./links.js";

const PlayableVideo = /\.(mp4|m4v|webm|ogv|ogg|mov)$/i;
const LoadTimeout = 8_000;
const MaxHeight = 288; // as .media img has it

const size = (value) => {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 && number <= 20_000 ? number : null;
};

/** The dimensions at which a picture of this size is shown; none if one of them is missing. */
export function shownSize({ width, height }) {
  const [wide, high] = [size(width), size(height)];
  if (!wide || !high) return { width: null, height: null };
  const scale = Math.min(1, MaxHeight / high);
  return { width: Math.max(1, Math.round(wide * scale)), height: Math.round(high * scale) };
}

/** The length of a video, which the sending client may give in seconds or as a text. */
export function lengthText(length) {
  const seconds = typeof length === "string" && /^\d+(\.\d+)?$/.test(length) ? Number(length) : length;
  if (typeof seconds === "number") return Number.isFinite(seconds) && seconds >= 0 ? duration(seconds) : "";
  return typeof length === "string" ? length : "";
}

function asLink(kind, url) {
  const link = linkTo(url, `${kind}: ${url.host}${url.pathname === "/" ? "" : url.pathname}`);
  link.className = "media-link";
  return link;
}

function imageFigure(image, sender) {
  const url = webUrl(image?.url);
  if (!url) return null;
  // Width and height reserve the space, so that nothing jumps when the picture arrives. They are the displayed size: a
  // maximum height in the style sheet alone would keep the width, and squash tall pictures.
  const picture = element("img", {
    src: url.href,
    alt: `Image from ${sender}`,
    loading: "lazy",
    decoding: "async",
    referrerpolicy: "no-referrer",
    ...shownSize(image),
  });
  const figure = element("figure", { class: "media" }, linkTo(url, picture));
  picture.addEventListener("error", () => figure.replaceChildren(asLink("Image", url)), { once: true });
  return figure;
}

function videoFigure(video, sender) {
  const url = webUrl(video?.url);
  if (!url) return null;
  const caption = [typeof video.source === "string" ? video.source : "", lengthText(video.length)].filter(Boolean).join(" · ");
  const figure = element("figure", { class: "media" });
  if (PlayableVideo.test(url.pathname)) {
    const player = element("video", { src: url.href, controls: true, preload: "metadata", "aria-label": `Video from ${sender}` });
    player.addEventListener("error", () => player.replaceWith(asLink("Video", url)), { once: true });
    figure.append(player);
  } else {
    figure.append(asLink("Video", url));
  }
  if (caption) figure.append(element("figcaption", {}, caption));
  return figure;
}

/** What a message's attributes show; an empty array for nothing. */
export function mediaOf(message) {
  const { image, video } = message.attributes;
  return [imageFigure(image, message.sender), videoFigure(video, message.sender)].filter((figure) => figure !== null);
}

/** The picture behind a link, or null if it can't be loaded. */
export function loadImage(url) {
  return new Promise((resolve) => {
    const picture = new Image();
    const giveUp = setTimeout(() => resolve(null), LoadTimeout);
    const done = (result) => {
      clearTimeout(giveUp);
      resolve(result);
    };
    picture.referrerPolicy = "no-referrer";
    picture.alt = "";
    picture.addEventListener("load", () => done(picture));
    picture.addEventListener("error", () => done(null));
    picture.src = url.href;
  });
}
