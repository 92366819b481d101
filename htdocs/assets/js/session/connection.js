// One Socket.IO connection to the namespace /chat: its state, its events, and requests that answer or fail.
//
// Events: `state` (detail: "connecting" | "online" | "offline"), `event:NAME` (detail: the document), `refused`
// (detail: a Refusal: the server refuses this token or position), `anonymous` (a request was answered with 401: the
// token is not valid any more).
import { io, path } from "../../../client.js";
import { Refusal, Unreachable } from "./refusal.js";

const AnswerTimeout = 15_000;
const RetryDelay = 2_000;

export class Connection extends EventTarget {
  #socket;
  #state = "connecting";
  #retry = 0;

  /** `credentials` is called at every (re)connection, so that `since` is up to date. Null: anonymous. */
  constructor(credentials = () => ({})) {
    super();
    this.#socket = io("/chat", {
      path,
      auth: (give) => give(credentials()),
      reconnectionDelay: 500,
      reconnectionDelayMax: 4_000,
    });
    this.#socket.on("connect", () => this.#become("online"));
    this.#socket.on("disconnect", () => {
      this.#become("offline");
      // The client library reconnects by itself, except when the server ended only this namespace.
      if (!this.#socket.active) this.#connectLater();
    });
    this.#socket.on("connect_error", (error) => {
      this.#become("offline");
      if (this.#socket.active) return;
      const refusal = new Refusal(error.data ?? { errors: { detail: error.message } });
      if ([400, 401, 403].includes(refusal.code)) this.dispatchEvent(new CustomEvent("refused", { detail: refusal }));
      else this.#connectLater(refusal.retryAfter);
    });
    this.#socket.onAny((name, document) => {
      this.dispatchEvent(new CustomEvent(`event:${name}`, { detail: document }));
    });
    window.addEventListener("online", () => this.connect());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.connect();
    });
  }

  get state() {
    return this.#state;
  }

  get isOnline() {
    return this.#socket.connected;
  }

  /** Tries at once, unless an attempt is running. */
  connect() {
    clearTimeout(this.#retry);
    if (!this.#socket.active) this.#socket.connect();
  }

  close() {
    clearTimeout(this.#retry);
    this.#socket.disconnect();
  }

  /** Resolves when the connection is established. */
  async whenOnline() {
    if (this.isOnline) return;
    await new Promise((resolve) => {
      const look = () => {
        if (!this.isOnline) return;
        this.removeEventListener("state", look);
        resolve();
      };
      this.addEventListener("state", look);
    });
  }

  /** The answer's document. Throws Refusal, or Unreachable; never waits for a connection. */
  request(event, ...args) {
    return new Promise((resolve, reject) => {
      if (!this.isOnline) {
        reject(new Unreachable());
        return;
      }
      this.#socket.timeout(AnswerTimeout).emit(event, ...args, (error, status, document) => {
        if (error) return reject(new Unreachable());
        if (status === 0) return resolve(document);
        const refusal = new Refusal(document);
        reject(refusal);
        if (refusal.code === 401) this.dispatchEvent(new Event("anonymous"));
      });
    });
  }

  #connectLater(waitSeconds) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.connect(), waitSeconds ? waitSeconds * 1000 : RetryDelay);
  }

  #become(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
