// Images and videos by link.
import { element } from "./dom.js";
import { linkTo, webUrl } from "./links.js";

const PlayableVideo = /\.(mp4|m4v|webm|ogv|ogg|mov)$/i;
const LoadTimeout = 8_000;

const size = (value) => {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 && number <= 20_000 ? number : null;
};

function asLink(kind, url) {
  const link = linkTo(url, `${kind}: ${url.host}${url.pathname === "/" ? "" : url.pathname}`);
  link.className = "media-link";
  return link;
}

function imageFigure(image, sender) {
  const url = webUrl(image?.url);
  if (!url) return null;
  // Width and height keep the place free, so that nothing jumps when the picture arrives.
  const picture = element("img", {
    src: url.href,
    alt: `Image from ${sender}`,
    loading: "lazy",
    decoding: "async",
    referrerpolicy: "no-referrer",
    width: size(image.width),
    height: size(image.height),
  });
  const figure = element("figure", { class: "media" }, linkTo(url, picture));
  picture.addEventListener("error", () => figure.replaceChildren(asLink("Image", url)), { once: true });
  return figure;
}

function videoFigure(video, sender) {
  const url = webUrl(video?.url);
  if (!url) return null;
  const caption = [video.source, video.length].filter((part) => typeof part === "string" || typeof part === "number").join(" · ");
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

/** The picture behind a link, or null where none comes. */
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
