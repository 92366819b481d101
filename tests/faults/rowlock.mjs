// How long strangers wait while somebody else, for example a person at a console, has locked the row of one conversation.
//
//   node tests/faults/rowlock.mjs mariadb|mysql [SECONDS [PAIRS]]      20 seconds without a lock, 20 with one, 10 pairs
//
// Pairs of users write to each other, one message at a time. Meanwhile a user of the locked conversation writes too, and is
// refused in time. Prints the times of the strangers' answers in milliseconds; exits with 1 if the 99th percentile with
// the lock is over 50 ms, or if anything was answered otherwise. Needs what kills.mjs needs.
import { newUser } from "../integration/support/client.mjs";
import { DatabaseServer } from "../integration/support/databaseserver.mjs";
import { TestServer } from "../integration/support/server.mjs";

const [engine, seconds = "20", pairs = "10"] = process.argv.slice(2);
const mysqlRoot = process.env.CHAT_MYSQL_ROOT;
const Most = 50;
if (!["mariadb", "mysql"].includes(engine) || (engine === "mysql" && !mysqlRoot)) {
  console.error("usage: rowlock.mjs mariadb|mysql [SECONDS [PAIRS]]; mysql needs CHAT_MYSQL_ROOT");
  process.exit(2);
}
const database = await DatabaseServer.start({ mysqlRoot: engine === "mysql" ? mysqlRoot : null });
const properties = await database.database();
const server = await TestServer.start({ ...properties, "messages.burst": 100_000, "messages.perSecond": 100_000 });
const codeOf = ({ status, document }) => (status === 0 ? "0" : document.errors.code);

/** Sends messages, one at a time, until `isOver()`; calls `add(code, milliseconds)` for each answer. */
async function write(sender, receiver, isOver, add) {
  while (!isOver()) {
    const sent = performance.now();
    add(codeOf(await sender.send(receiver.username, "hello")), performance.now() - sent);
  }
}

function summary(answers) {
  const times = answers.map(({ time }) => time).sort((a, b) => a - b);
  const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] * 10) / 10;
  return { messages: times.length, p50: at(0.5), p99: at(0.99), longest: at(1), others: answers.filter(({ code }) => code !== "0").length };
}

async function measure(strangers, until) {
  const answers = [];
  const isOver = () => Date.now() >= until;
  await Promise.all(strangers.map(([a, b]) => write(a, b, isOver, (code, time) => answers.push({ code, time }))));
  return summary(answers);
}

try {
  const user = (stem) => newUser(server, stem);
  const strangers = await Promise.all(Array.from({ length: Number(pairs) }, () => Promise.all([user("stranger"), user("stranger")])));
  const [ann, ben] = await Promise.all([user("ann"), user("ben")]);
  const result = { without: await measure(strangers, Date.now() + Number(seconds) * 1000) };
  await ann.send(ben.username, "before");
  const newest = "SELECT newest FROM (SELECT MAX(id) AS newest FROM conversation) c";
  const lock = `USE ${properties["database.name"]}; BEGIN; SELECT id FROM conversation WHERE id = (${newest}) FOR UPDATE; SELECT SLEEP(${seconds}); COMMIT`;
  const locking = await database.holding(lock);
  let isReleased = false;
  locking.ended.finally(() => (isReleased = true));
  const refused = [];
  const own = write(ann, ben, () => isReleased, (code, time) => refused.push({ code, time }));
  // A second less than the lock is held: the last ones wait for it too.
  result.withLock = await measure(strangers, Date.now() + (Number(seconds) - 1) * 1000);
  await locking.ended;
  await own;
  const answered = refused.filter(({ code }) => code === "503");
  result.locked = { refused: answered.length, longest: Math.round(Math.max(...answered.map(({ time }) => time))) };
  result.locked.afterwards = codeOf(await ann.send(ben.username, "afterwards"));
  console.log(JSON.stringify(result, null, 2));
  const { without, withLock, locked } = result;
  process.exitCode = withLock.p99 > Most || without.others + withLock.others > 0 || locked.afterwards !== "0" ? 1 : 0;
  for (const client of [...strangers.flat(), ann, ben]) client.close();
} finally {
  await server.dispose();
  await database.dispose();
}
