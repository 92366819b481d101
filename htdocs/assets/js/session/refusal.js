// What can come back instead of an answer.

/** The server's `errors` document. */
export class Refusal extends Error {
  constructor(document) {
    const errors = document?.errors ?? {};
    super(typeof errors.detail === "string" && errors.detail ? errors.detail : "The server refused without a reason.");
    this.code = Number(errors.code) || 500;
    const wait = Number(document?.meta?.retry_after);
    this.retryAfter = Number.isFinite(wait) && wait > 0 ? wait : null;
  }
}

/** No answer: not connected, or none came in time. Whether the server did it is unknown. */
export class Unreachable extends Error {
  constructor() {
    super("The server can’t be reached.");
  }
}

const sentence = (text) => {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
};

export function seconds(count) {
  return count === 1 ? "1 second" : `${count} seconds`;
}

/** What a person is told. */
export function explain(error) {
  if (error instanceof Unreachable) return "The server can’t be reached right now. Check your connection and try again.";
  if (!(error instanceof Refusal)) return "Something went wrong on this page. Reload it and try again.";
  switch (error.code) {
    case 413:
      return `That is too long to be sent. ${sentence(error.message)}`;
    case 429:
      return `${sentence(error.message)} Try again in ${seconds(error.retryAfter ?? 1)}.`;
    case 500:
      return `The server has a fault; it has been noted. ${sentence(error.message)}`;
    case 503:
      return "The server is busy. Nothing was saved; try again in a moment.";
    default:
      return sentence(error.message);
  }
}
