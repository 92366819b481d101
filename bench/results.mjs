// Runs are kept as JSON lines, so that a long measurement can be made in pieces.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A run during which other programs used more than this share of a core isn't counted. */
export const Disturbed = 0.2;

export class Results {
  #file;
  #runs;

  constructor(file) {
    this.#file = file;
    this.#runs = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)) : [];
  }

  add(run) {
    mkdirSync(path.dirname(this.#file), { recursive: true });
    appendFileSync(this.#file, `${JSON.stringify(run)}\n`);
    this.#runs.push(run);
  }

  all() {
    return this.#runs;
  }

  of(workload, server) {
    return this.#runs.filter((run) => run.workload === workload && run.server === server);
  }

  /** The runs that count. */
  good(workload, server) {
    return this.of(workload, server).filter(({ report }) => !(report?.othersShare > Disturbed) && report);
  }

  /** The values of a figure in the runs that count. */
  values(workload, server, key) {
    return this.good(workload, server).map(({ report }) => report[key]).filter(Number.isFinite);
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
