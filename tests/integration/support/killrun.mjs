// Clients write to each other with a `lid` and try again until the status is 0, while their server or its database is
// killed repeatedly. Afterwards: is everything that was acknowledged stored, once, and has every receiver got it, once and in
// order?
import { setTimeout as delay } from "node:timers/promises";
import { Client, newUser } from "./client.mjs";
import { until } from "./server.mjs";

const Answer = 10_000;
const RetryAfter = 50;

class Member {
  constructor(server, number) {
    this.server = server;
    this.number = number;
    this.acknowledged = []; // ids of its own messages
    this.seen = []; // ids of the messages that it got, live or by `since`, in their order
    this.ordered = []; // those of `seen` that aren't answers to repeated sends: they are in order, and give its position
    this.newestRepeat = 0n;
    this.early = 0; // messages that came after the answer to a repeated send that is newer
    this.faults = [];
    this.answers = {};
    this.repeated = new Set(); // the `lid`s that it has sent more than once
  }

  async join() {
    const user = await newUser(this.server, "member");
    this.name = user.username;
    this.token = user.token;
    user.close();
    await this.#connect();
  }

  // Like an app: a client that is refused or disconnected while the database can't be reached reconnects with its last
  // position.
  async #connect() {
    const auth = (give) => give({ token: this.token, since: this.ordered.at(-1) ?? "0" });
    const { socket } = (this.client = new Client(this.server, { auth }));
    const again = () => setTimeout(() => this.client.socket === socket && socket.connect(), RetryAfter);
    socket.on("connect_error", () => socket.active || again());
    socket.on("disconnect", (reason) => reason === "io server disconnect" && again());
    socket.on("messages", ({ data, errors }) => {
      if (errors) return;
      // The answer to a repeated send is an earlier message, or one that a replay is about to bring.
      const isRepeat = this.repeated.has(data.lid);
      if (isRepeat && this.seen.includes(data.id)) return;
      this.seen.push(data.id);
      if (isRepeat) this.newestRepeat = BigInt(data.id);
      else if (this.newestRepeat > BigInt(data.id)) ++this.early;
      if (!isRepeat) this.ordered.push(data.id);
    });
    await until(() => socket.connected, `${this.name} to be connected`, 60_000);
  }

  leave() {
    const { client } = this;
    this.client = { socket: null };
    client.close();
  }

  /** Sends to `peer` without a pause until `isOver()`. */
  async run(peer, isOver) {
    for (let number = 0; !isOver(); ++number) {
      await this.#deliver(peer, `${this.number}-${number}`);
      // A device that reconnects now and then: it gets what it missed by `since`.
      if (this.number % 5 === 0 && number % 20 === 19) {
        this.leave();
        await this.#connect();
      }
    }
  }

  async #deliver(peer, lid) {
    for (let attempt = 0; ; ++attempt) {
      if (attempt > 0) this.repeated.add(lid);
      const [status, document] = await new Promise((resolve) => {
        const message = { rid: peer.name, message_data: lid };
        this.client.socket
          .timeout(Answer)
          .emit("messages", { data: { type: "msg", lid, message } }, (error, ...answer) => resolve(error ? [-1] : answer));
      });
      const code = status === 0 ? "0" : status === -1 ? "none" : document.errors.code;
      this.answers[code] = (this.answers[code] ?? 0) + 1;
      if (status === 0) {
        this.acknowledged.push({ id: document.data.id, lid });
        return;
      }
      if (!["503", "504", "none"].includes(code)) this.faults.push(`${lid}: ${JSON.stringify(document)}`);
      await delay(RetryAfter);
    }
  }
}

/** The ids of the messages that a new device gets. */
async function history(server, member, count) {
  const client = await Client.connect(server, { auth: { token: member.token, since: "0" } });
  const documents = await client.messages.count(count);
  client.close();
  return documents.map(({ data }) => data.id);
}

const isGrowing = (ids) => ids.every((id, index) => index === 0 || BigInt(ids[index - 1]) < BigInt(id));

/**
 * Kills `victim` (the TestServer, or its DatabaseServer) `kills` times under the load of `clients` clients of `server`
 * (without rate limits). Returns the figures; `faults` says what was wrong.
 */
export async function killRun(server, victim, { kills, clients, onKill = () => {} }) {
  const members = Array.from({ length: clients }, (_, number) => new Member(server, number));
  for (const member of members) await member.join();
  const total = () => members.reduce((sum, member) => sum + member.acknowledged.length, 0);
  let over = false;
  const running = members.map((member, index) => member.run(members[(index + 1) % clients], () => over));
  const away = [];
  const back = [];
  for (let kill = 0; kill < kills; ++kill) {
    const before = total();
    await until(() => total() >= before + clients, "the clients to write", 60_000);
    await delay(Math.random() * 300);
    const gone = Date.now();
    await victim.end("SIGKILL");
    await delay(Math.random() * 500);
    await victim.launch();
    const launched = Date.now();
    away.push(launched - gone);
    const then = total();
    await until(() => total() > then, "the first message after the kill", 60_000);
    back.push(Date.now() - launched);
    onKill(kill + 1, total());
  }
  over = true;
  await Promise.all(running);
  return { ...(await judge(server, members)), kills, clients, longestAway: Math.max(...away), longestBack: Math.max(...back) };
}

async function judge(server, members) {
  const faults = members.flatMap((member) => member.faults);
  const answers = {};
  let seen = 0;
  for (const [index, member] of members.entries()) {
    for (const [code, count] of Object.entries(member.answers)) answers[code] = (answers[code] ?? 0) + count;
    const sender = members[(index + members.length - 1) % members.length];
    const due = [...new Set([...member.acknowledged, ...(sender === member ? [] : sender.acknowledged)].map(({ id }) => id))];
    due.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    await until(() => member.seen.length >= due.length, `${member.name} to have seen everything`).catch(() => {});
    const stored = await history(server, member, due.length);
    if (JSON.stringify(stored) !== JSON.stringify(due)) faults.push(`${member.name}: stored ${stored.length} of ${due.length} that were acknowledged`);
    if (!isGrowing(member.ordered)) faults.push(`${member.name} was sent messages out of order, or twice`);
    const missing = due.filter((id) => !member.seen.includes(id));
    if (missing.length) faults.push(`${member.name} was never sent ${missing.length}: ${missing.slice(0, 5)}`);
    if (member.seen.length > due.length) faults.push(`${member.name} was sent ${member.seen.length - due.length} more than was acknowledged`);
    seen += member.seen.length;
    member.leave();
  }
  const acknowledged = members.reduce((sum, member) => sum + member.acknowledged.length, 0);
  return { acknowledged, seen, early: members.reduce((sum, { early }) => sum + early, 0), answers, faults };
}
