// Dates as the reader's language and place write them.
const time = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const longDayOfYear = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const isDate = (date) => date instanceof Date && !Number.isNaN(date.getTime());

function daysAgo(date) {
  return Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
}

export const clock = (date) => (isDate(date) ? time.format(date) : "");
export const full = (date) => (isDate(date) ? whole.format(date) : "");
export const dayKey = (date) => (isDate(date) ? midnight(date).getTime() : 0);

/** For a list: the time today, else the day. */
export function brief(date) {
  if (!isDate(date)) return "";
  const days = daysAgo(date);
  if (days <= 0) return time.format(date);
  return days < 7 ? weekday.format(date) : shortDay.format(date);
}

/** After "last seen": the time of today, or the day with it. */
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

export function timeElement(date, show = clock) {
  const element = document.createElement("time");
  if (!isDate(date)) return element;
  element.dateTime = date.toISOString();
  element.title = full(date);
  element.textContent = show(date);
  return element;
}
