// Everything that docs/compatibility.md names must exist: properties in conf/chat-socketio.properties, functions
// (`Class::function`) in the plugins' headers, files in the project. What it calls missing must be missing.
import fs from "node:fs";
import path from "node:path";
import { filesBelow, projectFolder, run, textOf } from "./check.mjs";

const Document = "docs/compatibility.md";
const text = textOf(Document);
const lines = text.split("\n");

const properties = new Set([...textOf("conf/chat-socketio.properties").matchAll(/^(?:# )?([a-zA-Z]+(?:\.[a-zA-Z0-9]+)+) =/gm)].map(([, key]) => key));
const areas = new Set([...properties].map((key) => key.split(".")[0]));
const headers = filesBelow("core/plugin/api", /\.h$/).map(textOf);

/** The texts between backticks, with their lines. */
const quoted = lines.flatMap((line, index) => [...line.matchAll(/`([^`]+)`/g)].map(([, name]) => ({ name, where: `${Document}:${index + 1}` })));

/** `engine.cookie.*` stands for all names with this prefix. */
function isProperty(name) {
  if (!name.endsWith(".*")) return properties.has(name);
  return [...properties].some((key) => key.startsWith(name.slice(0, -1)));
}

const looksLikeProperty = (name) => /^[a-zA-Z]+(\.[a-zA-Z0-9]+)*\.([a-zA-Z0-9]+|\*)$/.test(name) && areas.has(name.split(".")[0]);

function hasMember(type, member) {
  return headers.some((header) => new RegExp(`(class|struct)( CHAT_PLUGIN_API)? ${type}\\b`).test(header) && new RegExp(`\\b${member}( : \\d)?( =|[({;])`).test(header));
}

run([
  [
    "the check finds what it is for",
    () => {
      const cases = [
        [isProperty("engine.pingInterval"), true],
        [isProperty("engine.pingintervall"), false],
        [isProperty("engine.polling.*"), true],
        [isProperty("engine.nothing.*"), false],
        [hasMember("Emitter", "emit"), true],
        [hasMember("Emitter", "emits"), false],
        [hasMember("EmitOptions", "isVolatile"), true],
        [hasMember("Emit", "emit"), false],
        [looksLikeProperty("socket.io"), false],
      ];
      return cases.flatMap(([is, should], i) => (is === should ? [] : [`case ${i + 1}`]));
    },
  ],
  [
    "every property that is named exists",
    () => {
      const named = quoted.filter(({ name }) => looksLikeProperty(name));
      if (named.length < 20) return [`only ${named.length} properties were found`];
      return named.filter(({ name }) => !isProperty(name)).map(({ name, where }) => `${where}: there is no property ${name}`);
    },
  ],
  [
    "every function that is named exists",
    () => {
      const named = quoted.flatMap(({ name, where }) => [...name.matchAll(/^([A-Z]\w+)::(\w+)$/g)].map(([, type, member]) => ({ type, member, where })));
      if (named.length < 10) return [`only ${named.length} functions were found`];
      return named.filter(({ type, member }) => !hasMember(type, member)).map(({ type, member, where }) => `${where}: the plugins' headers have no ${type}::${member}`);
    },
  ],
  [
    "every file that is named exists",
    () => quoted.filter(({ name }) => /^(tests|docs|core|conf|plugins)\/[\w./-]+$/.test(name)).filter(({ name }) => !fs.existsSync(path.join(projectFolder, name))).map(({ name, where }) => `${where}: there is no ${name}`),
  ],
]);
