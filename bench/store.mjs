// Durable messages: what an acknowledged message costs the server and its database, ours and a plain Node chat in turn.
// node bench/store.mjs [--senders 1,32,256] [--reps 5] [--seconds 4] [--build FOLDER] [--servers ours,node,sqlite]
// CHAT_TEST_MYSQL names the MariaDB or MySQL server as for the tests; it must run on this machine.
import { spawn } from "node:child_process";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const { io } = createRequire(path.resolve("bench/peers/package.json"))("socket.io-client");
const { values: options } = parseArgs({
  options: {
    senders: { type: "string", default: "1,32,256" },
    reps: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    build: { type: "string", default: "build/release" },
    servers: { type: "string", default: "ours,node,sqlite" },
  },
});
const address = Object.fromEntries((process.env.CHAT_TEST_MYSQL ?? "").split(";").map((part) => part.split("=")));
const ticks = Number(execFileSync("getconf", ["CLK_TCK"]));

/** Seconds of CPU that a process has used. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").replace(/.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
const databasePid = () =>
  Number(execFileSync("sh", ["-c", `ss -ltnpH "sport = :${address.port}" | sed 's/.*pid=\\([0-9]*\\).*/\\1/'`]));

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const name = `store_bench_${process.pid}`;
const servers = {
  ours: { title: "chat-socketio, MySQL", database: true, environment: {
    CHAT_DATABASE_ENGINE: "mysql", CHAT_DATABASE_HOST: address.host, CHAT_DATABASE_PORT: address.port,
    CHAT_DATABASE_USER: address.user, CHAT_DATABASE_PASSWORD: address.password, CHAT_DATABASE_NAME: name,
  } },
  sqlite: { title: "chat-socketio, SQLite", database: false, environment: {} },
  node: { title: "Node, socket.io and mysql2", database: true },
};

async function start(server, folder) {
  const port = await freePort();
  const login = `mysql://${address.user}:${encodeURIComponent(address.password)}@${address.host}:${address.port}`;
  const [command, words, environment] = servers[server].environment
    ? [`${options.build}/bin/chat-socketio`, ["--config=conf/chat-socketio.properties"], {
        CHAT_SERVER_ADDRESS: "127.0.0.1", CHAT_SERVER_PORT: port, CHAT_DATA_FOLDER: folder,
        CHAT_SOCKETIO_SERVE_CLIENT: "false", CHAT_MESSAGES_BURST: 100000, CHAT_MESSAGES_PER_SECOND: 100000,
        CHAT_LOGIN_ATTEMPTS_PER_ADDRESS: 100000, CHAT_LOGGING_LEVEL: "warning", ...servers[server].environment,
      }]
    : ["node", ["bench/peers/chat.mjs", port, `${login}/${name}`], {}];
  const child = spawn(command, words, { env: { ...process.env, ...environment }, stdio: ["ignore", "inherit", "inherit"] });
  return { child, url: `http://127.0.0.1:${port}` };
}

async function connect(url, server, count) {
  const clients = [];
  for (let i = 0; i < count; ++i) {
    const user = `store${i}`;
    const socket = io(url, { transports: ["websocket"], forceNew: true, auth: { name: user } });
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      setTimeout(() => reject(new Error(`no connection to ${url}`)), 20_000).unref();
    });
    if (server !== "node") {
      const document = { data: { type: "login", user_auth: { username: user, password: `the password of ${user}` } }, meta: { create: true } };
      const status = await new Promise((resolve) => socket.emit("login", document, (code, answer) => resolve([code, answer])));
      if (status[0] !== 0) throw new Error(JSON.stringify(status));
    }
    clients.push({ socket, user });
  }
  return clients;
}

async function measure(server, senders) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "store-bench-"));
  const { child, url } = await start(server, folder);
  try {
    const clients = await connect(url, server, Math.max(2, senders));
    let acknowledged = 0;
    let running = true;
    const write = (i) => {
      const { socket } = clients[i];
      const rid = clients[(i + 1) % clients.length].user;
      socket.emit("messages", { data: { type: "msg", message: { rid, message_data: `hello number ${acknowledged} of the benchmark` } } }, (status, answer) => {
        if (status !== 0) throw new Error(JSON.stringify(answer));
        ++acknowledged;
        if (running) write(i);
      });
    };
    const database = servers[server].database ? databasePid() : 0;
    for (let i = 0; i < senders; ++i) write(i);
    await sleep(1000);
    const used = () => cpuOf(child.pid) + (database ? cpuOf(database) : 0);
    const [before, own, count, begin] = [used(), cpuOf(child.pid), acknowledged, performance.now()];
    await sleep(Number(options.seconds) * 1000);
    const [after, ownAfter, done, seconds] = [used(), cpuOf(child.pid), acknowledged - count, (performance.now() - begin) / 1000];
    running = false;
    for (const { socket } of clients) socket.close();
    return { rate: done / seconds, cpu: ((after - before) * 1e6) / done, own: ((ownAfter - own) * 1e6) / done };
  } finally {
    child.kill();
    await new Promise((resolve) => child.once("exit", resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const sql = (text) =>
  execFileSync("mysql", ["-h", address.host, "-P", address.port, "-u", address.user, `-p${address.password}`, "-e", text]);
if (address.port) sql(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
try {
  for (const senders of options.senders.split(",").map(Number)) {
    const runs = {};
    for (let rep = 0; rep < Number(options.reps); ++rep) {
      for (const server of options.servers.split(",")) (runs[server] ??= []).push(await measure(server, senders));
    }
    for (const [server, all] of Object.entries(runs)) {
      const of = (key) => median(all.map((run) => run[key])).toFixed(0);
      console.log(`${senders} senders, ${servers[server].title}: ${of("rate")} acknowledged/s, ${of("cpu")} µs of CPU a message (server ${of("own")})`);
    }
  }
} finally {
  if (address.port) sql(`DROP DATABASE ${name}`);
}
process.exit(0);
