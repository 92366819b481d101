// The times of the codecs, from bench-codecs: measured by `bench/run --codecs`.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs them all five times over and keeps Google Benchmark's own report. */
export async function measureCodecs(build, file) {
  const words = ["--benchmark_format=json", "--benchmark_repetitions=5", "--benchmark_min_time=0.05", "--benchmark_report_aggregates_only=true"];
  const { stdout } = await run("taskset", ["-c", "0", `${build}/bench/bench-codecs`, ...words], { maxBuffer: 1 << 24 });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, stdout);
}

const What = {
  parseFrame: "WebSocket: a client's frame, unmasked",
  unmask: "WebSocket: unmasking alone",
  assemble: "WebSocket: a message of so many fragments of 1 KiB",
  validate: "UTF-8 of a text message",
  validateInParts: "UTF-8 of 16 KiB in parts of 1 KiB",
  deflate: "permessage-deflate, sending",
  inflate: "permessage-deflate, receiving",
  parseHead: "HTTP: a request's head",
  writeHead: "HTTP: an answer's head",
  decodePacket: "Engine.IO: a packet's type",
  decodePolled: "Engine.IO: a polled body, protocol version and packets",
  encodePolled: "Engine.IO: a polled answer, protocol version and packets",
  encodeForAll: "Engine.IO: a packet that many will get",
  skip: "JSON: the end of a value is found",
  escape: "JSON: a text is escaped",
  parseEvent: "Socket.IO: an event is read",
  writeAck: "Socket.IO: an acknowledgement is written",
  writeEvent: "Socket.IO: an event is written",
  decodeMsgpack: "MessagePack parser: a packet is read",
  encodeMsgpack: "MessagePack parser: a packet is written",
};

export function codecsTable(file) {
  if (!existsSync(file)) return "Not measured.";
  const { benchmarks } = JSON.parse(readFileSync(file, "utf8"));
  const lines = ["| codec | case | ns | GB/s |", "| --- | --- | --- | --- |"];
  for (const entry of benchmarks.filter(({ aggregate_name: name }) => name === "median")) {
    const [name, ...variant] = entry.run_name.split("/");
    const speed = entry.bytes_per_second ? (entry.bytes_per_second / 1e9).toFixed(1) : "";
    const time = entry.cpu_time >= 100 ? Math.round(entry.cpu_time).toLocaleString("en") : entry.cpu_time.toFixed(1);
    lines.push(`| ${What[name] ?? name} | ${variant.join(", ")} | ${time} | ${speed} |`);
  }
  return lines.join("\n");
}
