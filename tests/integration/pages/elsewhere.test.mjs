// The pages with another path of Socket.IO, with the other parser, and below a proxy's path prefix.
import assert from "node:assert/strict";
import { once } from "node:events";
import { spawn } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { newName } from "../support/client.mjs";
import { freePort, until } from "../support/server.mjs";
import { Person, sent } from "./browser.mjs";
import { pageSuite } from "./suite.mjs";

/** Signs in, writes, searches and signs out, with the pages at `url`. */
async function goRound(t, url) {
  const person = await Person.signedIn(t.browser, { url }, newName("ann"));
  try {
    await person.page.getByText("Connected").waitFor();
    await person.write(person.name, "here as well");
    await sent(person.page, "here as well").waitFor();
    await person.page.getByRole("link", { name: "Search" }).click();
    await person.page.waitForURL(`${url}/search`);
    await person.ui.to.fill(person.name);
    await person.ui.search.click();
    await person.page.locator(".result", { hasText: "here as well" }).waitFor();
    await person.page.reload();
    await person.page.locator(".result", { hasText: "here as well" }).waitFor();
    await person.ui.signOut.click();
    await person.page.waitForURL(`${url}/login`);
    await person.page.goto(`${url}/`);
    await person.page.waitForURL(`${url}/login`);
    await person.page.goto(`${url}/chat`);
    await person.page.waitForURL(`${url}/login?*`);
    assert.deepEqual(person.faults, []);
  } finally {
    await person.leave();
  }
}

describe("pages with another socketio.path", () => {
  const t = pageSuite({ properties: { "socketio.path": "/live/talk" } });
  test("they find it", () => goRound(t, t.server.url));
});

describe("pages with the msgpack parser", () => {
  const t = pageSuite({ properties: { "socketio.parser": "msgpack" } });
  test("they speak it", () => goRound(t, t.server.url));
});

describe("pages below a path prefix", () => {
  const t = pageSuite({ properties: { "socketio.path": "/live" } });
  let folder;
  let nginx;
  let url;

  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "chat-nginx-"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}/team/chat`;
    const config = path.join(folder, "nginx.conf");
    await fs.writeFile(
      config,
      `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 128; }
http {
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
  map $http_upgrade $connection_upgrade { default upgrade; "" close; }
  server {
    listen 127.0.0.1:${port};
    location /team/chat/ {
      proxy_pass http://127.0.0.1:${t.server.port}/;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }
  }
}
`,
    );
    nginx = spawn("nginx", ["-c", config, "-e", `${folder}/error.log`], { stdio: "inherit" });
    const reap = () => nginx.kill("SIGKILL");
    process.once("exit", reap);
    nginx.once("exit", () => process.removeListener("exit", reap));
    await until(() => fetch(`${url}/healthz`).then((answer) => answer.ok, () => false), "nginx");
  });
  after(async () => {
    if (nginx && nginx.exitCode === null) {
      nginx.kill("SIGTERM");
      await once(nginx, "exit");
    }
    await fs.rm(folder, { recursive: true, force: true });
  });

  test("they stay below it", () => goRound(t, url));
});
