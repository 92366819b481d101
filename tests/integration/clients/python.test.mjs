// Debian's python3-socketio, its plain and its asynchronous client, on every transport.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ConformanceServer } from "../support/conformance.mjs";
import { waiting, ways } from "./cells.mjs";

// The interpreter for which Debian's packages are installed, not the first one in the path.
const python = "/usr/bin/python3";
const script = fileURLToPath(new URL("python_client.py", import.meta.url));
const checks = [...fs.readFileSync(script, "utf8").matchAll(/^@check\("(.+)"\)$/gm)].map(([, name]) => name);
const Patience = 150_000;

describe("python clients", { concurrency: true }, () => {
  for (const kind of ["sync", "async"]) {
    for (const way of Object.keys(ways)) {
      describe(`python ${kind} ${way}`, () => {
        const tell = {};
        const faults = Object.fromEntries(checks.map((name) => [name, waiting(name, (resolve) => (tell[name] = resolve), Patience)]));
        for (const fault of Object.values(faults)) fault.catch(() => {});
        let server;
        let client;
        before(async () => {
          server = await ConformanceServer.start({ "ping-interval": 2_000, "ping-timeout": 4_000, loops: 2 });
          client = spawn(python, [script, server.url, kind, way], { stdio: ["pipe", "pipe", "inherit"] });
          createInterface(client.stdout).on("line", async (line) => {
            const { check, fault, want } = JSON.parse(line);
            if (!want) return tell[check](fault);
            if (want === "freeze") server.freeze();
            if (want === "thaw") server.thaw();
            if (want === "restart") {
              await server.end("SIGKILL");
              await server.launch();
            }
            client.stdin.write("done\n");
          });
          client.once("exit", (code, signal) => {
            for (const name of checks) tell[name](`the client ended with ${signal ?? code}`);
          });
        });
        after(async () => {
          client.kill("SIGKILL");
          await server.end();
        });

        for (const name of checks) {
          test(`${name}: python ${kind} ${way}`, async () => {
            const fault = await faults[name];
            assert.equal(fault, null, fault);
          });
        }
      });
    }
  }
});
