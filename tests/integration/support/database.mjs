// A fresh database for one server: a file, or a schema on the MariaDB server that CHAT_TEST_MYSQL describes as
// tests/support/mariadb.sh prints it (`host=…;port=…;user=…;password=…`).
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const engine = process.env.CHAT_TEST_ENGINE ?? "sqlite";

export async function createDatabase(folder) {
  if (engine === "sqlite") return sqlite(folder);
  if (engine === "mariadb") return mariadb();
  throw new Error(`CHAT_TEST_ENGINE is ${engine}: sqlite or mariadb`);
}

function sqlite(folder) {
  const file = path.join(folder, "chat.db");
  return {
    properties: { "database.engine": "sqlite", "database.file": file },
    /** Runs a statement as an administrator would by hand, while the server runs; returns the output, columns separated
     * by tabs. */
    sql: async (statement) => (await run("sqlite3", ["-cmd", ".timeout 5000", "-tabs", file, statement])).stdout.trim(),
    async drop() {},
  };
}

async function mariadb() {
  const where = Object.fromEntries((process.env.CHAT_TEST_MYSQL ?? "").split(";").map((part) => part.split(/=(.*)/s)));
  const { host, port, user, password } = where;
  if (!host) throw new Error("CHAT_TEST_MYSQL names no server");
  const name = `chat_test_${randomBytes(6).toString("hex")}`;
  const sql = (statement, options = []) =>
    run("mariadb", ["--protocol=tcp", "-h", host, "-P", String(port), "-u", user, ...options, "-e", statement], {
      env: { ...process.env, MYSQL_PWD: password },
    });
  await sql(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  return {
    properties: {
      "database.engine": "mysql",
      "database.host": host,
      "database.port": port,
      "database.user": user,
      "database.password": password,
      "database.name": name,
    },
    sql: async (statement) => (await sql(statement, ["-N", "-B", name])).stdout.trim(),
    drop: () => sql(`DROP DATABASE ${name}`),
  };
}
