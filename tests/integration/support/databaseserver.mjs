// A private MariaDB or MySQL server, to be stopped, killed and started again in the middle of a test, with its own
// folder and a port of 127.0.0.1 that it keeps. MySQL comes from a root folder that tests/faults/mysql-root.sh makes.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import { createWriteStream } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { freePort, until } from "./server.mjs";

const run = promisify(execFile);
const StartTimeout = 60_000;

/** The folder made by tests/faults/mysql-root.sh, for tests of MySQL instead of MariaDB. */
const MySqlRoot = process.env.CHAT_MYSQL_ROOT;

/** Whether there is a server to start. */
export const hasServer = () => run(MySqlRoot ? "mariadb" : "mariadbd", ["--version"]).then(() => true, () => false);

export class DatabaseServer {
  /**
   * MariaDB; with `mysqlRoot` the MySQL server of that folder. `options` are further options of the server, `clientOptions` those of
   * the administrator's connections.
   */
  static async start({ mysqlRoot = MySqlRoot, options = [], clientOptions = [] } = {}) {
    const server = new DatabaseServer(mysqlRoot, options);
    server.clientOptions = clientOptions;
    try {
      await server.#install();
      await server.launch();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  constructor(mysqlRoot, options) {
    this.mysqlRoot = mysqlRoot;
    this.options = options;
    this.password = randomBytes(12).toString("hex");
    this.process = null;
  }

  /**
   * A fresh database for one chat server, as properties. Its account has no more rights than the manual asks for: one that has
   * all of them may write to a read-only server.
   */
  async database({ port = this.port } = {}) {
    const name = `chat_${randomBytes(6).toString("hex")}`;
    const rights = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES";
    await this.sql(`CREATE DATABASE ${name} CHARACTER SET utf8mb4; GRANT ${rights} ON ${name}.* TO 'chat'@'127.0.0.1'`);
    return {
      "database.engine": "mysql",
      "database.host": "127.0.0.1",
      "database.port": port,
      "database.user": "chat",
      "database.password": this.password,
      "database.name": name,
    };
  }

  /** Runs a statement as an administrator; returns the output, columns separated by tabs. */
  async sql(statement) {
    const { stdout } = await run(
      "mariadb",
      ["--no-defaults", "--protocol=tcp", "-h", "127.0.0.1", "-P", String(this.port), "-u", "admin", ...this.clientOptions, "-N", "-B", "-e", statement],
      { env: { ...process.env, MYSQL_PWD: this.password } },
    );
    return stdout;
  }

  get isMySql() {
    return !!this.mysqlRoot;
  }

  /** Ends every connection of chat servers. */
  async endConnections() {
    const ids = await this.sql("SELECT id FROM information_schema.processlist WHERE user = 'chat'");
    for (const id of ids.split("\n").filter(Boolean)) await this.sql(`KILL ${id}`).catch(() => {}); // it may have ended by itself
  }

  /** Resolves when the administrator's own statement `sql`, which contains SLEEP, has come to it; `{ended}`. */
  async holding(sql) {
    const ended = this.sql(sql);
    const sleeping = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'";
    await until(async () => Number(await this.sql(sleeping)) > 0, "the lock");
    return { ended };
  }

  /** Resolves when it answers. */
  async launch() {
    const child = this.#spawn([
      `--port=${this.port}`,
      "--bind-address=127.0.0.1",
      "--skip-name-resolve",
      "--innodb-buffer-pool-size=64M",
      "--performance-schema=OFF",
      ...(this.mysqlRoot ? ["--mysqlx=OFF", "--secure-file-priv=NULL"] : []),
      `--init-file=${this.inside}/init.sql`,
      ...this.options,
    ]);
    this.process = child;
    await until(
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the database ended:\n${await this.log()}`);
        return this.sql("SELECT 1").then(() => true, () => false);
      },
      "the database to answer",
      StartTimeout,
    );
  }

  /** Ends it, by default like a power failure. */
  async end(signal = "SIGKILL") {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  log() {
    return fs.readFile(path.join(this.folder, "server.log"), "utf8");
  }

  async dispose() {
    await this.end();
    await fs.rm(this.folder, { recursive: true, force: true });
  }

  async #install() {
    this.port = await freePort();
    this.folder = await fs.mkdtemp(path.join(this.mysqlRoot ?? "", os.tmpdir(), "chat-database-"));
    // The folder's path inside the server's root folder.
    this.inside = this.folder.slice(this.mysqlRoot?.length ?? 0);
    const accounts = [`CREATE USER IF NOT EXISTS 'chat'@'127.0.0.1' IDENTIFIED BY '${this.password}';`];
    accounts.push(`CREATE USER IF NOT EXISTS 'admin'@'127.0.0.1' IDENTIFIED BY '${this.password}';`);
    accounts.push("GRANT ALL PRIVILEGES ON *.* TO 'admin'@'127.0.0.1' WITH GRANT OPTION;");
    await fs.writeFile(path.join(this.folder, "init.sql"), `${accounts.join("\n")}\n`, { mode: 0o600 });
    if (this.mysqlRoot) {
      const [code] = await once(this.#spawn(["--initialize-insecure"]), "exit");
      if (code !== 0) throw new Error(`the database could not be made:\n${await this.log()}`);
    } else {
      const asUser = process.getuid() === 0 ? ["--user=root"] : [];
      await run("mariadb-install-db", ["--no-defaults", `--datadir=${this.folder}/data`, ...asUser, "--skip-test-db"]);
    }
  }

  #spawn(options) {
    const program = this.mysqlRoot ? ["chroot", this.mysqlRoot, "mysqld"] : ["mariadbd"];
    const asUser = process.getuid() === 0 ? ["--user=root"] : [];
    const words = [...program, "--no-defaults", ...asUser, `--datadir=${this.inside}/data`];
    words.push(`--socket=${this.inside}/socket`, `--pid-file=${this.inside}/pid`, ...options);
    const child = spawn(words[0], words.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(path.join(this.folder, "server.log"), { flags: "a" });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const reap = () => child.kill("SIGKILL");
    process.once("exit", reap);
    child.once("exit", () => process.removeListener("exit", reap));
    return child;
  }
}
