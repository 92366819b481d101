// Runs the workloads against the servers in turn, keeps each run, and makes the tables of docs/performance.md from
// them; started by bench/run.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { measureCodecs } from "./codecs.mjs";
import { Disturbed, Results } from "./results.mjs";
import { Servers, withServer } from "./servers.mjs";
import { table, writePage } from "./tables.mjs";
import { Tables, Workloads } from "./workloads.mjs";

const run = promisify(execFile);
let options;
try {
  options = parseArgs({
    options: {
      reps: { type: "string", default: "5" },
      only: { type: "string", default: Object.keys(Servers).join() },
      workloads: { type: "string", default: Object.keys(Workloads).join() },
      time: { type: "string", default: "2" },
      warmup: { type: "string", default: "0.7" },
      quiet: { type: "string", default: "20" },
      seconds: { type: "string", default: "Infinity" },
      results: { type: "string", default: "build/bench/results.jsonl" },
      build: { type: "string", default: "build/release" },
      uws: { type: "string", default: process.env.BENCH_UWS ?? "" },
      codecs: { type: "boolean", default: false },
      table: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      check: { type: "boolean", default: false }, // only checks the arguments
    },
  }).values;
} catch (fault) {
  console.error(`bench/run: ${fault.message}; see bench/run --help`);
  process.exit(64);
}
/** Exits with a message if one of the words isn't known. */
function check(option, known) {
  const unknown = options[option].split(",").filter((word) => !Object.hasOwn(known, word));
  if (unknown.length === 0) return;
  console.error(`bench/run: --${option}: there is no ${unknown.join(", ")}; there are ${Object.keys(known).join(", ")}`);
  process.exit(64);
}
check("workloads", Workloads);
check("only", Servers);
if (options.check) process.exit(0);
const results = new Results(options.results);
const commit = (await run("git", ["rev-parse", "--short", "HEAD"])).stdout.trim();

/** Waits, at most this many seconds, until the machine is nearly idle: the load of other programs changes all figures. */
async function quiet(seconds) {
  const busy = () => os.cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const before = busy();
    await sleep(500);
    if (busy() - before < 100) return;
  }
}

function loadWords(name, server) {
  const { load, pace } = Workloads[name];
  const words = [...load];
  const { protocol = "sio" } = Servers[server];
  if (!words.some((word) => word.startsWith("--protocol"))) words.push(`--protocol=${protocol}`);
  if (protocol === "ws" && load.includes("--workload=broadcast")) words.push("--path=/broadcast");
  if (pace !== "own") words.push(`--time=${options.time}`, `--warmup=${options.warmup}`);
  return words;
}

function extended(report) {
  const waves = report.residentKibAfterWave;
  if (!waves) return report;
  const [first, last] = [waves[0], waves.at(-1)];
  return { ...report, firstWaveKib: first, lastWaveKib: last, grownBy: last / first };
}

async function measure(name, server) {
  const { loops = "1", cores = "0", pingInterval = "25000" } = Workloads[name];
  const settings = { build: options.build, uws: options.uws, loops, pingInterval };
  return withServer(server, cores, settings, async (port, pid) => {
    await quiet(Number(options.quiet));
    const words = [...loadWords(name, server), `--port=${port}`, `--server-pid=${pid}`];
    const { stdout } = await run("taskset", ["-c", "1", `${options.build}/bench/bench-load`, ...words], { timeout: 180_000 });
    return extended(JSON.parse(stdout));
  });
}

/** The runs that are still missing, in turn: every server once in each repetition. */
function* jobs() {
  const only = options.only.split(",").filter((server) => server !== "uws" || options.uws);
  for (let repetition = 1; repetition <= Number(options.reps); ++repetition) {
    for (const name of options.workloads.split(",")) {
      for (const server of Workloads[name].servers.filter((each) => only.includes(each))) {
        if (repetition > Math.min(Workloads[name].reps ?? Infinity, Servers[server].reps ?? Infinity)) continue;
        // Runs that were disturbed or failed are repeated, but not for ever.
        const done = () => results.good(name, server).length >= repetition || results.of(name, server).length >= 3 * repetition;
        while (!done()) yield { name, server };
      }
    }
  }
}

/** Measures until all is done or the time is over; true: all is done. */
async function measureAll() {
  const end = Date.now() + Number(options.seconds) * 1000;
  for (const { name, server } of jobs()) {
    const expected = results.of(name, server).at(-1)?.wallSeconds ?? 12;
    if (Date.now() + expected * 1100 > end) return false;
    const begun = Date.now();
    const made = { workload: name, server, commit, at: new Date().toISOString() };
    try {
      made.report = await measure(name, server);
    } catch (fault) {
      made.fault = String(fault.stderr || fault.message);
    }
    made.wallSeconds = (Date.now() - begun) / 1000;
    results.add(made);
    const disturbed = made.report?.othersShare > Disturbed ? " DISTURBED" : "";
    console.error(`${name} ${server}${disturbed}: ${made.fault ? `FAILED ${made.fault}` : JSON.stringify(made.report)}`);
  }
  return true;
}

async function machine() {
  const cpu = os.cpus();
  const flags = (await readFile(`${options.build}/CMakeCache.txt`, "utf8")).match(/CMAKE_CXX_FLAGS_RELEASE:STRING=(.*)/)?.[1] ?? "";
  const { stdout: compiler } = await run("c++", ["--version"]);
  const runs = results.all();
  const thrown = runs.filter(({ report }) => !report || report.othersShare > Disturbed).length;
  const commits = [...new Set(runs.filter(({ server }) => server === "ours").map((each) => each.commit))].join(", ");
  return [
    `${runs.at(-1)?.at.slice(0, 10)}, commit ${commits}: ${cpu.length} × ${cpu[0].model.trim()}, Linux ${os.release()},`,
    `${compiler.split("\n")[0]}, flags \`${flags.trim()}\`, Node ${process.version}. ${runs.length - thrown} runs; ${thrown} more`,
    `were left out, for other programs had more than ${Disturbed} of a core meanwhile.`,
  ].join("\n");
}

const codecs = `${options.results}.codecs.json`;
if (options.codecs) await measureCodecs(options.build, codecs);
const complete = options.codecs || options.table || (await measureAll());
if (options.write) await writePage(results, codecs, await machine());
if (complete) {
  console.log(`${await machine()}\n`);
  for (const name of Object.keys(Tables)) console.log(`${name}\n\n${table(results, name)}\n`);
} else {
  console.error("not done yet: the same command goes on where this one stopped");
}
