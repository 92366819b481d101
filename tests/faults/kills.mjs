// Kills a database server or the chat server itself (kill -9) repeatedly under load, and looks for messages that were
// lost, doubled or out of order.
//
//   node tests/faults/kills.mjs mariadb|mysql [KILLS [CLIENTS]]               kills the database: 40 times, 30 clients
//   node tests/faults/kills.mjs server sqlite|mariadb|mysql [KILLS [CLIENTS]] kills the chat server
//
// Needs a build, `npm ci` in tests/integration, mariadb-server-core and mariadb-client-core; for mysql also the folder
// made by tests/faults/mysql-root.sh, named by CHAT_MYSQL_ROOT. Exits with 1 if anything was wrong.
import { DatabaseServer } from "../integration/support/databaseserver.mjs";
import { killRun } from "../integration/support/killrun.mjs";
import { TestServer } from "../integration/support/server.mjs";

const words = process.argv.slice(2);
const isServer = words[0] === "server";
if (isServer) words.shift();
const [engine, kills = "40", clients = "30"] = words;
const mysqlRoot = process.env.CHAT_MYSQL_ROOT;
const engines = isServer ? ["sqlite", "mariadb", "mysql"] : ["mariadb", "mysql"];
if (!engines.includes(engine) || (engine === "mysql" && !mysqlRoot)) {
  console.error("usage: kills.mjs mariadb|mysql [KILLS [CLIENTS]], kills.mjs server sqlite|mariadb|mysql [KILLS [CLIENTS]]; mysql needs CHAT_MYSQL_ROOT");
  process.exit(2);
}
const database = engine === "sqlite" ? null : await DatabaseServer.start({ mysqlRoot: engine === "mysql" ? mysqlRoot : null });
const limits = { "messages.burst": 100_000, "messages.perSecond": 100_000 };
const server = await TestServer.start({ ...(await database?.database()), ...limits });
try {
  const result = await killRun(server, isServer ? server : database, {
    kills: Number(kills),
    clients: Number(clients),
    onKill: (kill, total) => console.log(`kill ${kill}: ${total} messages acknowledged`),
  });
  const log = await server.log();
  result.doubts = { committed: log.split("in doubt was done").length - 1, not: log.split("in doubt was not done").length - 1 };
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.faults.length ? 1 : 0;
} finally {
  await server.dispose();
  await database?.dispose();
}
