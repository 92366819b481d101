// Real proxies in front of a test's server, with the configurations that docs/operating.md shows.
//
// The manual's text is taken as it stands; only what differs here is changed: ports, the paths of certificates, and without
// TLS the lines about it. Each proxy runs in the foreground, in a folder of its own, as the user who runs the tests.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { freePort, projectFolder, until } from "./server.mjs";

const StopTimeout = 10_000;
const ServersPort = "127.0.0.1:18000";

const manual = await fs.readFile(path.join(projectFolder, "docs/operating.md"), "utf8");

/** The manual's code block with these words after its fence: `nginx`, `apache wstunnel`. */
export function example(name) {
  const blocks = manual.split("```" + name + "\n");
  assert.equal(blocks.length, 2, `docs/operating.md has one example ${name}`);
  return blocks[1].slice(0, blocks[1].indexOf("```"));
}

/** `text` with `what` replaced; fails if `what` isn't there. */
export function replaced(text, what, by) {
  const result = text.replace(what, by);
  assert.notEqual(result, text, `the example has ${what}`);
  return result;
}

/** A self-signed certificate for localhost: `{certificate, key, both, ca}`; files, except the last. */
export async function makeCertificate(folder) {
  const files = { certificate: path.join(folder, "certificate.pem"), key: path.join(folder, "key.pem"), both: path.join(folder, "both.pem") };
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
  await promisify(execFile)("openssl", [...words, "-addext", "subjectAltName=DNS:localhost", "-keyout", files.key, "-out", files.certificate]);
  const ca = await fs.readFile(files.certificate, "utf8");
  await fs.writeFile(files.both, ca + (await fs.readFile(files.key, "utf8")));
  return { ...files, ca };
}

const withoutLines = (text, pattern) => text.split("\n").filter((line) => !pattern.test(line)).join("\n");

function nginx({ folder, port, tls, below, edit }) {
  let text = example("nginx");
  text = replaced(text, "listen 443 ssl", `listen 127.0.0.1:${port}${tls ? " ssl" : ""}`);
  if (tls) {
    text = replaced(text, "/etc/ssl/chat.example.org.pem", tls.certificate);
    text = replaced(text, "/etc/ssl/private/chat.example.org.key", tls.key);
  } else {
    text = withoutLines(text, /ssl_certificate/);
  }
  if (below) text = replaced(text, /location \/ \{[^}]*\}/, example("nginx below"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  const file = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/log warn;
events { worker_connections 256; }
http { access_log off; ${temporary}
${edit(text)}
}
`;
  return { file, command: ["nginx", "-p", folder, "-e", path.join(folder, "log"), "-c"] };
}

function haproxy({ port, tls, below, edit }) {
  let text = example("haproxy");
  text = replaced(text, /bind :443 ssl crt \S+/, `bind 127.0.0.1:${port}${tls ? ` ssl crt ${tls.both}` : ""}`);
  if (below) text = replaced(text, "    default_backend", `${example("haproxy below")}    default_backend`);
  return { file: edit(text), command: ["haproxy", "-db", "-f"] };
}

const ApacheModules = ["mpm_event", "authz_core", "proxy", "proxy_http", "proxy_wstunnel", "headers", "ssl", "rewrite", "alias"];

function apache({ folder, port, tls, below, edit, variant = "apache" }) {
  let text = example(variant);
  text = replaced(text, "*:443", `127.0.0.1:${port}`);
  if (tls) {
    text = replaced(text, "/etc/ssl/chat.example.org.pem", tls.certificate);
    text = replaced(text, "/etc/ssl/private/chat.example.org.key", tls.key);
  } else {
    text = withoutLines(text, /SSL/);
  }
  if (below) text = replaced(text, /    ProxyPass .*\n    ProxyPassReverse .*\n/, example("apache below"));
  const modules = ApacheModules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`).join("");
  // Apache doesn't serve as root.
  const user = process.getuid() === 0 ? "User www-data\nGroup www-data\n" : "";
  const file = `ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/log
ServerName localhost
Listen 127.0.0.1:${port}
${modules}${user}${edit(text)}`;
  return { file, command: ["apache2", "-DFOREGROUND", "-f"] };
}

const Kinds = { nginx, haproxy, apache, "apache wstunnel": (options) => apache({ ...options, variant: "apache wstunnel" }) };

const listens = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

export class Proxy {
  /** `kind`: nginx, haproxy, apache, apache wstunnel. `tls`: of makeCertificate. `below`: under /team/chat. `edit` may change its text. */
  static async start(server, { kind, tls = null, below = false, edit = (text) => text }) {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "chat-proxy-"));
    await fs.chmod(folder, 0o755);
    const port = await freePort();
    const { file, command } = Kinds[kind]({ folder, port, tls, below, edit });
    const config = path.join(folder, "config");
    await fs.writeFile(config, replaced(file, new RegExp(ServersPort, "g"), `127.0.0.1:${server.port}`));
    const proxy = new Proxy(folder, port, tls, below);
    await proxy.#launch([...command, config]);
    return proxy;
  }

  constructor(folder, port, tls, below) {
    this.folder = folder;
    this.port = port;
    this.tls = tls;
    this.prefix = below ? "/team/chat" : "";
    this.origin = `${tls ? "https" : "http"}://localhost:${port}`;
    /** The interface that Client needs. */
    this.url = this.origin;
    this.agent = tls ? new https.Agent({ keepAlive: true, ca: tls.ca }) : new http.Agent({ keepAlive: true });
  }

  async #launch([program, ...words]) {
    const PATH = `${process.env.PATH}:/usr/sbin`;
    const child = spawn(program, words, { cwd: this.folder, env: { ...process.env, PATH }, stdio: ["ignore", "ignore", "pipe"] });
    this.process = child;
    let said = "";
    child.stderr.on("data", (part) => (said += part));
    let failure = null;
    child.once("error", (error) => (failure = error));
    const reap = () => child.kill("SIGKILL");
    process.once("exit", reap);
    child.once("exit", () => process.removeListener("exit", reap));
    await until(async () => {
      if (failure) throw failure;
      if (child.exitCode !== null) throw new Error(`${program} ended at its start: ${said}${await fs.readFile(path.join(this.folder, "log"), "utf8").catch(() => "")}`);
      return listens(this.port);
    }, `${program} to listen`);
  }

  /** Options for the official client: like a page of the server, behind the prefix. */
  clientOptions(options = {}) {
    return { path: `${this.prefix}/socket.io/`, extraHeaders: { origin: this.origin }, ...(this.tls ? { ca: this.tls.ca } : {}), ...options };
  }

  /** A request of a path of the server's: `{status, headers, body, url}`. */
  ask(target, { method = "GET", headers = {}, body } = {}) {
    const url = new URL(target.startsWith("/") ? this.prefix + target : target, this.origin);
    return new Promise((resolve, reject) => {
      const request = (this.tls ? https : http).request(url, { method, headers, agent: this.agent }, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString(), url }));
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  async stop() {
    this.agent.destroy();
    const child = this.process;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const giveUp = setTimeout(() => child.kill("SIGKILL"), StopTimeout);
      await ended;
      clearTimeout(giveUp);
    }
    await fs.rm(this.folder, { recursive: true, force: true });
  }
}
