// The conformance application (tests/conformance) as a process of its own, on a free port.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { pluginFolder } from "./server.mjs";

const buildFolder = path.join(pluginFolder, "..");
const StartTimeout = 20_000;

export class ConformanceServer {
  /** `options` are those of `tests/conformance/serve`, without their dashes: `{"ping-interval": 300}`. */
  static async start(options = {}) {
    const server = new ConformanceServer(options);
    await server.launch();
    return server;
  }

  constructor(options) {
    this.options = options;
    this.port = 0;
    this.process = null;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the process; after `end()` again, at the same port. */
  async launch() {
    const words = Object.entries({ ...this.options, port: this.port }).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    const binary = path.join(buildFolder, "tests/conformance/conformance-server");
    const child = spawn(binary, ["--plugins", path.join(buildFolder, "conformance-plugins"), ...words], { stdio: ["ignore", "pipe", "inherit"] });
    this.process = child;
    const reap = () => child.kill("SIGKILL");
    process.once("exit", reap);
    child.once("exit", () => process.removeListener("exit", reap));
    const ended = once(child, "exit").then(() => {
      throw new Error(`${binary} ended at its start`);
    });
    ended.catch(() => {});
    const ready = once(createInterface(child.stdout), "line", { signal: AbortSignal.timeout(StartTimeout) });
    const [line] = await Promise.race([ready, ended]);
    this.port = Number(/^listening on (\d+) pid \d+$/.exec(line)[1]);
  }

  /** Pauses the process (SIGSTOP), or continues it. */
  freeze() {
    this.process.kill("SIGSTOP");
  }
  thaw() {
    this.process.kill("SIGCONT");
  }

  async end(signal = "SIGTERM") {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, "exit");
    this.process.kill(signal);
    await ended;
  }
}
