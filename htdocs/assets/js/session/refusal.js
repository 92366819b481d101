// The errors that a request can have, and the messages that the user sees. The server's own texts are for programmers
// and aren't shown.

/** The server's `errors` document. */
export class Refusal extends Error {
  constructor(document) {
    const errors = document?.errors ?? {};
    super(typeof errors.detail === "string" ? errors.detail : "");
    this.code = Number(errors.code) || 500;
    const wait = Number(document?.meta?.retry_after);
    this.retryAfter = Number.isFinite(wait) && wait > 0 ? wait : null;
  }
}

/** No answer: not connected, or none came in time. Whether the server has carried out the request is unknown. */
export class Unreachable extends Error {
  constructor() {
    super("The server can’t be reached.");
  }
}

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

const words = {
  400: () => "The server can’t take this as it is.",
  401: () => "Your sign-in has ended. Please sign in again.",
  403: () => "The server doesn’t let you do that.",
  404: () => "The server knows nothing of that.",
  413: () => "That is too long.",
  429: ({ retryAfter }) => `That was too much at once. Try again in ${plural(retryAfter ?? 1, "second", "seconds")}.`,
  500: ({ message }) => {
    // The id with which the operator finds the fault in the log.
    const number = /\(fault (\w+)\)/.exec(message)?.[1];
    return `The server has a fault. It has been noted${number ? ` under ${number}` : ""}; try again later.`;
  },
  503: () => "The server is busy. Nothing was saved; try again in a moment.",
  504: () => "The server took too long: whether it was done isn’t known. Try again in a moment.",
};

/** The user's error message. `own` has more specific messages for this place, by code. */
export function explain(error, own = {}) {
  if (error instanceof Unreachable) return "The server can’t be reached right now. Check your connection and try again.";
  if (!(error instanceof Refusal)) return "Something went wrong on this page. Reload it and try again.";
  return own[error.code] ?? words[error.code]?.(error) ?? "The server refuses that.";
}
