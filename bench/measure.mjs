// Runs the workloads against the servers in turn and makes the tables of docs/performance.md; started by bench/run.
import { execFile, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { Unit, Workloads } from "./workloads.mjs";

const run = promisify(execFile);
const { values: options } = parseArgs({
  options: {
    reps: { type: "string", default: "5" },
    only: { type: "string", default: "tcp,ours,node,bun,flask" },
    workloads: { type: "string", default: Object.keys(Workloads).join() },
    time: { type: "string", default: "3" },
    quiet: { type: "string", default: "20" },
    build: { type: "string", default: "build/release" },
    "no-write": { type: "boolean", default: false },
  },
});
const Page = "docs/performance.md";
const Begin = "<!-- measured by bench/run: begin -->";
const End = "<!-- measured by bench/run: end -->";

const bun = "bench/peers/node_modules/@oven/bun-linux-x64/bin/bun";
const Commands = {
  tcp: (port) => [`${options.build}/bench/bench-tcp-echo`, port],
  ours: (port, loops) => [
    `${options.build}/tests/conformance/conformance-server`, "--port", port, "--loops", loops, "--welcome", "off",
    "--plugins", `${options.build}/conformance-plugins`, "--ping-interval", "25000", "--ping-timeout", "20000",
    "--connect-timeout", "45000",
  ],
  node: (port) => ["node", "bench/peers/server.mjs", port],
  bun: (port) => [bun, "bench/peers/server.mjs", port],
  flask: (port) => ["/usr/bin/python3", "bench/peers/flask_server.py", port],
};
const Titles = { tcp: "bare TCP echo", ours: "chat-socketio", node: "Node", bun: "Bun", flask: "Flask" };

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(String(port)));
    });
  });

/** Waits until the server takes connections; throws where it ends instead. */
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

/** Waits, so many seconds at most, for a machine that does little else: shares of what others do land in both figures. */
async function quiet(seconds) {
  const busy = () => os.cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const before = busy();
    await sleep(500);
    if (busy() - before < 100) return;
  }
}

async function measure(name, server) {
  const { load, loops = 1, unit = Unit } = Workloads[name];
  const port = await freePort();
  const command = ["taskset", "-c", loops > 1 ? "0,1" : "0", ...Commands[server](port, String(loops))];
  const process_ = spawn(command[0], command.slice(1), { stdio: "ignore" });
  try {
    await listening(process_, port);
    await quiet(Number(options.quiet));
    const protocol = load.some((word) => word.startsWith("--protocol")) ? [] : [`--protocol=${server === "tcp" ? "tcp" : "sio"}`];
    const words = [...load, ...protocol, `--time=${options.time}`, `--port=${port}`, `--server-pid=${process_.pid}`];
    const { stdout } = await run("taskset", ["-c", "1", `${options.build}/bench/bench-load`, ...words], { timeout: 180_000 });
    const report = JSON.parse(stdout);
    return { value: report[unit], report };
  } finally {
    process_.kill("SIGKILL");
  }
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const figure = (value) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(value < 1 ? 3 : 2));
const cell = (values) =>
  values?.length ? `${figure(median(values))} (${figure(Math.min(...values))}–${figure(Math.max(...values))})` : "–";

function verdict(name, results) {
  const { target } = Workloads[name];
  const ours = results[name]?.ours;
  if (!target || !ours?.length) return "";
  if (target.most) return `${figure(target.most)}: ${median(ours) <= target.most ? "met" : "missed"}`;
  const floor = results[name].tcp;
  if (!floor?.length) return `${target.floors} × floor`;
  const ratio = median(ours) / median(floor);
  return `${target.floors} × floor: ${ratio.toFixed(2)}, ${ratio <= target.floors ? "met" : "missed"}`;
}

function table(results, servers) {
  const lines = [
    `| workload | ${servers.map((server) => Titles[server]).join(" | ")} | target for ours | Node : ours | Bun : ours |`,
    `| --- |${servers.map(() => " --- |").join("")} --- | --- | --- |`,
  ];
  for (const [name, row] of Object.entries(results)) {
    const ratio = (peer) => (row[peer]?.length && row.ours?.length ? (median(row[peer]) / median(row.ours)).toFixed(1) : "–");
    const cells = servers.map((server) => cell(row[server]));
    lines.push(`| ${Workloads[name].title} | ${cells.join(" | ")} | ${verdict(name, results)} | ${ratio("node")} | ${ratio("bun")} |`);
  }
  return lines.join("\n");
}

async function machine(repetitions) {
  const cpu = os.cpus();
  const flags = (await readFile(`${options.build}/CMakeCache.txt`, "utf8")).match(/CMAKE_CXX_FLAGS_RELEASE:STRING=(.*)/)?.[1] ?? "";
  const { stdout: compiler } = await run("c++", ["--version"]);
  const { stdout: commit } = await run("git", ["rev-parse", "--short", "HEAD"]);
  return [
    `${new Date().toISOString().slice(0, 10)}, commit ${commit.trim()}: ${cpu.length} × ${cpu[0].model.trim()}, Linux ${os.release()},`,
    `${compiler.split("\n")[0]}, flags \`${flags.trim()}\`, Node ${process.version}. ${repetitions} runs of ${options.time} s each,`,
    `servers in turn, each started afresh; server on core 0, generator on core 1. Load average at the end: ${os.loadavg()[0].toFixed(1)}.`,
  ].join("\n");
}

/** Writes the table of what is known so far; a long run that is broken off leaves what it has. */
async function report(repetitions) {
  const text = `${await machine(repetitions)}\n\n${table(results, servers)}\n`;
  if (!options["no-write"]) {
    const page = await readFile(Page, "utf8");
    const [before, after] = [page.slice(0, page.indexOf(Begin) + Begin.length), page.slice(page.indexOf(End))];
    await writeFile(Page, `${before}\n\n${text}\n${after}`);
  }
  return text;
}

const servers = options.only.split(",");
const names = options.workloads.split(",");
const results = Object.fromEntries(names.map((name) => [name, {}]));
for (let repetition = 0; repetition < Number(options.reps); ++repetition) {
  for (const name of names) {
    for (const server of Workloads[name].servers.filter((each) => servers.includes(each))) {
      try {
        const { value, report } = await measure(name, server);
        (results[name][server] ??= []).push(value);
        console.error(`${repetition + 1} ${name} ${server}: ${figure(value)} ${JSON.stringify(report)}`);
      } catch (fault) {
        console.error(`${repetition + 1} ${name} ${server}: FAILED ${fault.stderr || fault.message}`);
      }
    }
  }
  await report(repetition + 1);
}
console.log(await report(Number(options.reps)));
