// A real server for each test file: with a free port, a folder of its own, and a time limit for its end.
//
// CHAT_SERVER is the binary (default: the release build), CHAT_TEST_ENGINE `sqlite` (default) or `mariadb`.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs/promises";
import { createWriteStream } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createDatabase } from "./database.mjs";

export const projectFolder = fileURLToPath(new URL("../../..", import.meta.url));
export const binary = process.env.CHAT_SERVER ?? path.join(projectFolder, "build/release/bin/chat-socketio");
export const pluginFolder = process.env.CHAT_PLUGINS ?? path.join(path.dirname(binary), "../plugins");

const StartTimeout = 20_000;
const StopTimeout = 12_000;

/**
 * A free port, for programs that can't report the one that they chose. Below those that the kernel gives to outgoing connections: a client of
 * another test could take one of these before the program listens at it.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(10_240, 32_000);
    const probe = net.createServer();
    const isFree = await new Promise((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    probe.close();
    await once(probe, "close");
    return port;
  }
}

/** Checks a condition until it is true; fails after `timeout` milliseconds. */
export async function until(condition, what, timeout = 10_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${timeout} ms in vain for ${what}`);
    await delay(20);
  }
}

export class TestServer {
  /** `properties` override those of every test server; `launcher` is a command that runs the server's. */
  static async start(properties = {}, launcher = []) {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "chat-test-"));
    const database = await createDatabase(folder);
    const server = new TestServer(folder, database, properties, launcher);
    try {
      await server.launch();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  constructor(folder, database, properties, launcher = []) {
    this.folder = folder;
    this.database = database;
    this.properties = properties;
    this.launcher = launcher;
    this.port = 0;
    this.process = null;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid() {
    return this.process.pid;
  }

  /** The server's whole output. */
  async log() {
    return fs.readFile(path.join(this.folder, "server.log"), "utf8");
  }

  async launch() {
    const portFile = path.join(this.folder, "port");
    await fs.rm(portFile, { force: true });
    const all = {
      "server.address": "127.0.0.1",
      // After a restart the server has the same port, so that clients find it.
      "server.port": this.port,
      "server.portFile": portFile,
      "data.folder": path.join(this.folder, "data"),
      "htdocs.folder": path.join(projectFolder, "htdocs"),
      "schema.folder": path.join(projectFolder, "schema"),
      "plugins.folder": pluginFolder,
      "socketio.clientFolder": path.join(projectFolder, "node_modules/socket.io-client/dist"),
      ...this.database.properties,
      ...this.properties,
    };
    const config = path.join(this.folder, "test.properties");
    await fs.writeFile(config, Object.entries(all).map(([key, value]) => `${key} = ${value}\n`).join(""));

    const log = createWriteStream(path.join(this.folder, "server.log"), { flags: "a" });
    // Settings can be in the environment too, so this process' variables aren't passed on.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CHAT_")));
    const [program, ...words] = [...this.launcher, binary, `--config=${config}`];
    this.process = spawn(program, words, { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] });
    this.process.stdout.pipe(log, { end: false });
    this.process.stderr.pipe(log, { end: false });
    let failure = null;
    this.process.once("error", (error) => {
      failure = error;
    });
    // The server ends with the test's process, however that ends.
    const child = this.process;
    const reap = () => child.kill("SIGKILL");
    process.once("exit", reap);
    child.once("exit", () => process.removeListener("exit", reap));

    await until(
      async () => {
        if (failure) throw failure;
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended at its start:\n${await this.log()}`);
        const port = Number(await fs.readFile(portFile, "utf8").catch(() => "0"));
        if (!port) return false;
        this.port = port;
        return fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false);
      },
      "the server to be ready",
      StartTimeout,
    );
  }

  /** Ends the process; returns `{code, signal, milliseconds}`. */
  async end(signal = "SIGTERM") {
    const child = this.process;
    if (child.exitCode !== null || child.signalCode !== null) return { code: child.exitCode, signal: child.signalCode, milliseconds: 0 };
    const start = Date.now();
    const ended = once(child, "exit");
    child.kill(signal);
    const giveUp = setTimeout(() => child.kill("SIGKILL"), StopTimeout);
    const [code, endSignal] = await ended;
    clearTimeout(giveUp);
    return { code, signal: endSignal, milliseconds: Date.now() - start };
  }

  async restart(signal = "SIGTERM") {
    await this.end(signal);
    await this.launch();
  }

  async dispose() {
    if (this.process) await this.end();
    await this.database.drop();
    if (!process.env.CHAT_TEST_KEEP) await fs.rm(this.folder, { recursive: true, force: true });
  }
}
