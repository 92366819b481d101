// The measured servers: how each is started, and its protocol.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const bun = "bench/peers/node_modules/@oven/bun-linux-x64/bin/bun";

const conformance = (port, { build, loops, pingInterval }) => [
  `${build}/tests/conformance/conformance-server`, "--port", port, "--loops", loops, "--welcome", "off",
  "--farewell", "off", "--plugins", `${build}/conformance-plugins`, "--ping-interval", pingInterval, "--ping-timeout", "20000",
  "--connect-timeout", "45000",
];

/** `reps` limits the repetitions of a slow server. `command(port, { build, loops, pingInterval, uws, folder })`;
 * `environment` likewise. */
export const Servers = {
  tcp: { title: "bare TCP echo", protocol: "tcp", command: (port, { build }) => [`${build}/bench/bench-tcp-echo`, port] },
  uws: { title: "uWebSockets, raw", protocol: "ws", command: (port, { uws }) => [uws, port] },
  // Like the peers without connect and disconnect handlers.
  ours: { title: "chat-socketio", command: conformance },
  // The echo is not a plugin; `counted`: with the statistics of a plugin's events.
  builtin: { title: "built in", command: (...given) => [...conformance(...given), "--built-in", "echo"] },
  counted: { title: "built in, counted", command: (...given) => [...conformance(...given), "--built-in", "counted"] },
  chat: {
    title: "the chat, all plugins",
    command: (port, { build }) => [`${build}/bin/chat-socketio`, "--config=conf/chat-socketio.properties"],
    environment: (port, { loops, pingInterval, folder }) => ({
      CHAT_SERVER_ADDRESS: "127.0.0.1", CHAT_SERVER_PORT: port, CHAT_SERVER_THREADS: loops, CHAT_DATA_FOLDER: folder,
      CHAT_ENGINE_PING_INTERVAL: pingInterval, CHAT_SOCKETIO_SERVE_CLIENT: "false",
    }),
  },
  bun: { title: "Bun", command: (port) => [bun, "bench/peers/server.mjs", port] },
  node: { title: "Node", command: (port) => ["node", "bench/peers/server.mjs", port] },
  flask: { title: "Flask", reps: 2, command: (port) => ["/usr/bin/python3", "bench/peers/flask_server.py", port] },
};

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(String(port)));
    });
  });

/** Waits until the server takes connections; throws if it exits instead. */
async function listening(server, port) {
  for (let tries = 0; tries < 300; ++tries) {
    if (server.exitCode !== null) throw new Error(`${server.spawnargs.join(" ")} ended with ${server.exitCode}`);
    const open = await new Promise((resolve) => {
      const socket = createConnection({ port, host: "127.0.0.1" });
      socket.once("connect", () => (socket.destroy(), resolve(true)));
      socket.once("error", () => resolve(false));
    });
    if (open) return sleep(500);
    await sleep(100);
  }
  throw new Error(`nothing listens at ${port}`);
}

const running = new Set();
// If this program is ended early, its servers end too.
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const server of running) server.kill("SIGKILL");
    process.exit(1);
  });
}

/** Runs `work(port, pid)` with a server of its own, pinned to `cores`. */
export async function withServer(name, cores, settings, work) {
  const port = await freePort();
  const folder = mkdtempSync(path.join(os.tmpdir(), "chat-bench-"));
  const given = { ...settings, folder };
  const { command, environment } = Servers[name];
  const server = spawn("taskset", ["-c", cores, ...command(port, given)], {
    stdio: "ignore",
    env: { ...process.env, ...environment?.(port, given) },
  });
  running.add(server);
  try {
    await listening(server, port);
    return await work(port, server.pid);
  } finally {
    server.kill("SIGKILL");
    running.delete(server);
    rmSync(folder, { recursive: true, force: true });
  }
}
