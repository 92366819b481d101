// Texts made up at random, in which everything is that JSON has at its edges, are handed to the server's encoders, and
// what they give to the official parsers: each takes it, and reads what was meant. `CHAT_FUZZ_RUNS=1000000` for a long
// run, `CHAT_FUZZ_SEED` for the one that failed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { pluginFolder } from "./support/server.mjs";

const Runs = Number(process.env.CHAT_FUZZ_RUNS ?? 4000);
const Seed = Number(process.env.CHAT_FUZZ_SEED ?? Date.now() % 2 ** 31);
const MaxAttachments = 10;

/** A module in the version of that client release. */
const of = (release, name) => createRequire(createRequire(import.meta.url).resolve(`${release}/package.json`))(name);
const current = createRequire(import.meta.url);
const SocketParsers = ["2.0", "2.5", "3.1", "4.0"].map((release) => [release, of(`socket.io-client-${release}`, "socket.io-parser")]);
SocketParsers.push(["4.8", current("socket.io-parser")]);
const msgpackParser = current("socket.io-msgpack-parser");
const payloads = current("engine.io-parser");
const oldPayloads = of("socket.io-client-2.5", "engine.io-parser");

/** mulberry32: small, and deterministic for a seed. */
function randomFrom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Texts {
  constructor(seed) {
    this.random = randomFrom(seed);
  }
  below(limit) {
    return Math.floor(this.random() * limit);
  }
  one(list) {
    return list[this.below(list.length)];
  }
  space() {
    return this.one(["", "", "", "", " ", "\n\t", "\r\n "]);
  }
  string() {
    const parts = ["a", "ä", "€", "😀", "\\ud800", "\\udc00x", "\\ud83d\\ude00", "\\u0000", "\\n", "\\\\", '\\"', "\\/", "\u2028", "\u001e".replace("\u001e", "\\u001e"), "\ufffd", "x".repeat(40), "é".repeat(300)];
    return `"${Array.from({ length: this.below(4) }, () => this.one(parts)).join("")}"`;
  }
  number() {
    return this.one(["0", "-0", "1", "-1", "127", "128", "-33", "65536", "4294967296", "9007199254740993", "18446744073709551615", "18446744073709551616", "-9223372036854775808",
      "-9223372036854775809", "1e999", "-1e999", "1e-999", "0.1", "1.0", "1E+2", "1.5e-300", "123456789012345678901234567890", `1${"0".repeat(400)}`]);
  }
  placeholder(attachments) {
    const num = this.one([`${this.below(attachments + 1)}`, `${this.below(attachments || 1)}`, `${this.below(attachments || 1)}`, "-1", "0.5", '"0"', "null", "1e999"]);
    return this.one([`{"_placeholder":true,"num":${num}}`, `{"_placeholder":true,"num":${num}}`, `{"num":${num},"_placeholder": true,"more":[]}`, `{"\\u005fplaceholder":true,"num":${num}}`,
      `{"_placeholder":false,"num":${num}}`, `{"_placeholder":true}`, `{"num":7,"_placeholder":true,"num":${num}}`]);
  }
  value(depth, attachments) {
    const kind = this.below(depth > 0 ? 12 : 6);
    if (kind < 2) return this.string();
    if (kind < 4) return this.number();
    if (kind < 6) return this.one(["true", "false", "null"]);
    if (kind < 8 && this.below(3) === 0) return this.placeholder(attachments);
    const values = Array.from({ length: this.below(4) }, () => this.value(depth - 1, attachments));
    if (kind < 9) return `[${this.space()}${values.join(`${this.space()},`)}]`;
    const keys = ['"k"', '"k"', '"__proto__"', '"constructor"', '"toJSON"', '"type"', '"num"', '"_placeholder"', '""', '"0"', this.string()];
    return `{${values.map((value) => `${this.one(keys)}${this.space()}:${value}`).join(",")}${this.space()}}`;
  }
  args(attachments) {
    const args = Array.from({ length: this.below(4) }, () => this.value(4, attachments)).join(this.one([",", " , "]));
    const odd = this.below(40);
    if (odd === 0) return Buffer.concat([Buffer.from(args), Buffer.from([this.one([0xff, 0xc0, 0xed, 0x00])])]);
    if (odd === 1) return Buffer.from(args.slice(0, this.below(args.length + 1)));
    if (odd === 2) return Buffer.from(`${args}${this.one([",", "]", "}", '"', ",,1", " "])}`);
    if (odd === 3) return Buffer.from(`${"[".repeat(900)}${"]".repeat(900)}`);
    return Buffer.from(args);
  }
  name() {
    return this.one(["message", "message", "message", "", "ä😀", 'q"\\', "\n", "__proto__", "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", "error"]);
  }
}

/** Normalises values so that they can be compared: all classes of bytes, infinite numbers and -0. */
function plain(value, isMsgpack) {
  const text = (string) => (isMsgpack ? Buffer.from(string).toString() : string);  // a lone surrogate becomes U+FFFD
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map((one) => plain(one, isMsgpack));
  if (value === null || typeof value !== "object") return value ?? null;
  return { members: Object.keys(value).sort().map((key) => [text(key), plain(value[key], isMsgpack)]) };
}

/** The official server's check of placeholders. */
function withBytes(value, attachments, isMsgpack) {
  if (Array.isArray(value)) return value.map((one) => withBytes(one, attachments, isMsgpack));
  if (value === null || typeof value !== "object") return value;
  if (value._placeholder === true && Number.isInteger(value.num) && value.num >= 0 && value.num < attachments.length) return attachments[value.num];
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withBytes(one, attachments, isMsgpack)]));
}

function read(parser, packets, kind) {
  const decoder = new parser.Decoder();
  let decoded = null;
  decoder.on("decoded", (packet) => (decoded = packet));
  for (const packet of packets) decoder.add(packet);
  assert.ok(decoded, "a whole packet");
  // A parser of release 2 turns an invalid packet into an error packet.
  if (kind !== "refusal") assert.notEqual(decoded.type, parser.ERROR ?? -1, "an error packet");
  return decoded;
}

/** The packets of a polling payload. */
function packetsIn(words) {
  const bytes = (hex) => (hex === "-" ? Buffer.alloc(0) : Buffer.from(hex, "hex"));
  const packets = [];
  const polled = {};
  for (let i = 0; i < words.length; i += 2) {
    const data = bytes(words[i + 1]);
    if (words[i] === "t") packets.push(data.toString());
    else if (words[i] === "b") packets.push(data);
    else polled[words[i]] = data;
  }
  const data = ({ type, data }) => {
    assert.equal(type, "message");
    return typeof data === "string" ? data : Buffer.from(data ?? []);
  };
  const v4 = payloads.decodePayload(polled.v4.toString(), "nodebuffer").map(data);
  const old = (payload) => {
    const read = [];
    oldPayloads.decodePayload(payload, (packet) => void read.push(data({ ...packet, data: packet.data ?? "" })));
    return read;
  };
  return { packets, polled: [v4, old(polled.v3.toString()), ...(polled.x3 ? [old(polled.x3)] : [])] };
}

function check({ parser, kind, name, args, attachments }, words) {
  const isMsgpack = parser === "msgpack";
  const { packets, polled } = packetsIn(words);
  for (const same of polled) assert.deepEqual(same, packets);
  const json = JSON.parse(`[${args}]`);
  const readers = isMsgpack ? [["msgpack", msgpackParser]] : SocketParsers;
  for (const [release, reader] of readers) {
    if (kind === "refusal" && release.startsWith("2.")) continue;
    const decoded = read(reader, packets, kind);
    assert.equal(decoded.nsp, "/a");
    if (kind === "ack") assert.equal(decoded.id, 7);
    const meant = kind === "event" ? [name, ...json] : kind === "ack" ? json : { message: name, data: json[0] };
    // The packer's decoder sets the prototype for that key; for old parsers every truthy value marks a placeholder.
    if (isMsgpack ? args.includes("__proto__") : release !== "4.8" && /placeholder/.test(args)) continue;
    assert.deepEqual(plain(decoded.data, isMsgpack), plain(withBytes(meant, attachments, isMsgpack), isMsgpack), release);
  }
}

test("whatever is sent, every official parser takes it", { timeout: 3_600_000 }, async () => {
  const texts = new Texts(Seed);
  const encoders = spawn(path.join(pluginFolder, "../tests/conformance/packet-encoders"), { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const answers = createInterface(encoders.stdout)[Symbol.asyncIterator]();
    let taken = 0;
    for (let run = 0; run < Runs; ++run) {
      const attachments = Array.from({ length: texts.one([0, 0, 1, 2, 3, 10, 11]) }, () => Buffer.from(Array.from({ length: texts.below(5) }, () => texts.below(256))));
      const kind = texts.one(["event", "event", "ack", "refusal"]);
      const told = { parser: texts.one(["default", "msgpack"]), kind, name: texts.name(), args: texts.args(attachments.length), attachments: kind === "refusal" ? [] : attachments };
      const hex = (data) => Buffer.from(data).toString("hex") || "-";
      encoders.stdin.write(`${told.parser} ${told.kind} ${hex(told.name)} ${hex(told.args)} ${told.attachments.map(hex).join(" ")}\n`);
      const { value: answer } = await answers.next();
      if (answer === "refused") continue;
      ++taken;
      assert.ok(told.attachments.length <= MaxAttachments);
      try {
        check(told, answer.split(" "));
      } catch (error) {
        throw new Error(`seed ${Seed}, run ${run}: ${JSON.stringify({ ...told, args: told.args.toString() }).slice(0, 2000)}: ${error.stack}`);
      }
    }
    assert.ok(taken > Runs / 3, `${taken} of ${Runs} were sent`);
  } finally {
    encoders.kill();
  }
});
