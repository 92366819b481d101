// Dates in the page's language, in the style of the user's region if that is a region of this language, and with the
// user's clock of 12 or 24 hours.

/** `preferred`: the user's languages, the favourite first. */
export function localeFor(language, preferred) {
  const isOfIt = (tag) => tag.toLowerCase().split("-")[0] === language.toLowerCase().split("-")[0];
  return preferred.find(isOfIt) ?? language;
}

const locale = localeFor(globalThis.document?.documentElement.lang || "en", globalThis.navigator?.languages ?? []);
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
const format = (options) => new Intl.DateTimeFormat(locale, options);

const time = format({ hour: "numeric", minute: "2-digit", hourCycle });
const weekday = format({ weekday: "short" });
const shortDay = format({ day: "numeric", month: "short" });
const longDay = format({ weekday: "long", day: "numeric", month: "long" });
const longDayOfYear = format({ dateStyle: "long" });
const whole = format({ dateStyle: "long", timeStyle: "medium", hourCycle });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const isDate = (date) => date instanceof Date && !Number.isNaN(date.getTime());

function daysAgo(date) {
  return Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
}

export const clock = (date) => (isDate(date) ? time.format(date) : "");
export const full = (date) => (isDate(date) ? whole.format(date) : "");
export const dayKey = (date) => (isDate(date) ? midnight(date).getTime() : 0);

/** For a list: the time of today, or the day. */
export function brief(date) {
  if (!isDate(date)) return "";
  const days = daysAgo(date);
  if (days <= 0) return time.format(date);
  return days < 7 ? weekday.format(date) : shortDay.format(date);
}

/** After "last seen": the time of today, or the day and the time. */
export function sinceWhen(date) {
  if (!isDate(date)) return "";
  const days = daysAgo(date);
  if (days <= 0) return `at ${time.format(date)}`;
  if (days === 1) return `${relative.format(-1, "day")} at ${time.format(date)}`;
  return `on ${shortDay.format(date)}`;
}

/** For the line between two days. */
export function dayName(date) {
  if (!isDate(date)) return "";
  const days = daysAgo(date);
  if (days === 0 || days === 1) {
    const word = relative.format(-days, "day");
    return word.charAt(0).toLocaleUpperCase() + word.slice(1);
  }
  return date.getFullYear() === new Date().getFullYear() ? longDay.format(date) : longDayOfYear.format(date);
}

/** Seconds as a player shows them: 1:23, or 1:02:03. */
export function duration(seconds) {
  const whole = Math.round(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

export function timeElement(date, show = clock) {
  const element = document.createElement("time");
  if (!isDate(date)) return element;
  element.dateTime = date.toISOString();
  element.title = full(date);
  element.textContent = show(date);
  return element;
}
