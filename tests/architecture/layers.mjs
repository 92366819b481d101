// Reads every #include of core/ and plugins/ and holds it against the layers of docs/ARCHITECTURE.md. CMake's links
// don't stop an include that goes upwards: all of core/ is one include folder.
import { filesBelow, run, textOf } from "./check.mjs";

/** Which folders of core/ a folder may include beside itself. */
const Layers = {
  base: [],
  exec: ["base"],
  net: ["base"],
  http: ["net", "base"],
  websocket: ["http", "net", "base"],
  engineio: ["websocket", "http", "net", "base"],
  socketio: ["engineio", "net", "base"],
  plainws: ["websocket", "http", "net", "base"],
  data: ["exec", "base"],
  "plugin/api": ["base"],
  plugin: ["plugin/api", "data/Database.h", "exec", "base"],
  gateway: ["socketio", "plainws", "engineio", "http", "net", "plugin", "plugin/api", "exec", "base"],
  app: ["gateway", "socketio", "plainws", "engineio", "websocket", "http", "net", "plugin", "plugin/api", "data", "exec", "base"],
};

/** What a plugin may include beside its own folder; a name with .h is that header alone. */
const PluginMay = ["plugin/api", "data/Database.h", "data/Text.h", "base", "support"];
const SupportMay = PluginMay.filter((name) => name !== "support");

/** System headers and libraries that only these folders may touch. */
const Homes = [
  ["sys/epoll.h", ["core/net"]],
  ["dlfcn.h", ["core/plugin"]],
  ["Poco/ClassLoader.h", ["core/plugin"]],
  ["Poco/Data/", ["core/data", "plugins"]],
  ["sqlite3.h", ["core/data"]],
  ["mysql/", ["core/data"]],
  ["boost/json/", ["core/base/BoostJson.cpp", "plugins"]],
  ["nlohmann/", ["core/socketio/MsgpackCodec.cpp", "core/socketio/MsgpackEncoder.cpp"]],
  ["re2/", ["core/http", "core/socketio"]],
  ["boost/beast/", ["core/http"]],
  ["Poco/Util/", ["core/app", "plugins/login/UserCommand.cpp", "core/plugin/BesideProperties.cpp", "core/plugin/PropertyFile.h", "core/plugin/PropertyFile.cpp"]],
];

const MaxLines = 500;

/** The folder of core/ that a path from there belongs to. */
const layerOf = (path) => (path.startsWith("plugin/api/") ? "plugin/api" : path.slice(0, path.indexOf("/")));

const covers = (allowed, include) => (allowed.endsWith(".h") ? include === allowed : layerOf(include) === allowed);

/** Null where a file may have that include, else why not. */
function faultOf(file, include) {
  const [top, ...rest] = file.split("/");
  const own = top === "core" ? layerOf(rest.join("/")) : rest[0];
  const may = top === "core" ? Layers[own] : own === "support" ? SupportMay : PluginMay;
  if (!may) return `${own} is no layer: give it a place in tests/architecture/layers.mjs and docs/ARCHITECTURE.md`;
  if (!include.includes("/")) return `"${include}" doesn't begin with its folder`;
  if (layerOf(include) === own || may.some((allowed) => covers(allowed, include))) return null;
  return `${own} may include ${may.length ? may.join(", ") : "nothing of the others"}; not "${include}"`;
}

function homeFaultOf(file, include) {
  for (const [header, homes] of Homes) {
    if (include.startsWith(header) && !homes.some((home) => file === home || file.startsWith(`${home}/`))) {
      return `<${include}> belongs into ${homes.join(", ")}`;
    }
  }
  return null;
}

function faultsOf(file, text) {
  const faults = [];
  text.split("\n").forEach((line, index) => {
    const [, quote, include] = line.match(/^\s*#\s*include\s*(["<])([^">]+)[">]/) ?? [];
    if (!include) return;
    const fault = quote === '"' ? faultOf(file, include) : homeFaultOf(file, include);
    if (fault) faults.push(`${file}:${index + 1}: ${fault}`);
  });
  return faults;
}

/** Lines that must be found, and lines that must not: a check that finds nothing proves nothing. */
const Examples = [
  ["core/net/Loop.h", '#include "http/Router.h"', true],
  ["core/socketio/Socket.h", '#include "plainws/Peer.h"', true],
  ["core/socketio/Socket.h", '#include "data/Database.h"', true],
  ["core/data/Fault.h", '#include "net/Loop.h"', true],
  ["core/plugin/PluginHost.h", '#include "data/SqlDatabase.h"', true],
  ["core/plugin/api/Reply.h", '#include "plugin/Generation.h"', true],
  ["core/gateway/Shard.cpp", '#include "app/Settings.h"', true],
  ["core/gateway/Shard.cpp", "#include <Poco/Data/Session.h>", true],
  ["core/http/Router.cpp", "  #  include <sys/epoll.h>", true],
  ["core/newlayer/A.h", '#include "base/Clock.h"', true],
  ["core/net/Loop.cpp", '#include "Loop.h"', true],
  ["plugins/login/Plugin.cpp", '#include "gateway/Shard.h"', true],
  ["plugins/login/Plugin.cpp", '#include "messages/MessageStore.h"', true],
  ["plugins/support/Text.cpp", '#include "login/Token.h"', true],
  ["core/gateway/Shard.cpp", '#include "plugin/api/Reply.h"', false],
  ["core/plugin/PluginCall.cpp", '#include "data/Database.h"', false],
  ["core/net/Loop.cpp", "#include <sys/epoll.h>", false],
  ["plugins/login/LoginHandler.cpp", '#include "support/Document.h"', false],
  ["core/app/main.cpp", '// #include "nothing/At.all"', false],
];

const sources = () => [...filesBelow("core", /\.(h|cpp)$/), ...filesBelow("plugins", /\.(h|cpp)$/)];

run([
  [
    "the check finds what it is for",
    () =>
      Examples.filter(([file, line, bad]) => faultsOf(file, line).length > 0 !== bad).map(
        ([file, line, bad]) => `${file}: ${line} was ${bad ? "passed" : "refused"}`,
      ),
  ],
  [
    "includes follow the layers",
    () => {
      const files = sources();
      if (files.length < 100) return [`only ${files.length} sources were found`];
      return files.flatMap((file) => faultsOf(file, textOf(file)));
    },
  ],
  [
    "every layer is built from the lowest up",
    () => {
      const order = textOf("core/CMakeLists.txt").match(/foreach\(layer ([^)]+)\)/)[1].split(" ");
      const all = Object.keys(Layers).filter((layer) => layer !== "plugin/api");
      const faults = all.filter((layer) => !order.includes(layer)).map((layer) => `${layer} isn't in core/CMakeLists.txt`);
      for (const layer of all) {
        for (const lower of Layers[layer].map((name) => name.split("/")[0])) {
          if (order.indexOf(lower) > order.indexOf(layer)) faults.push(`${layer} comes before ${lower}, which it includes`);
        }
      }
      return faults;
    },
  ],
  [
    `no source has ${MaxLines} lines or more`,
    () =>
      sources()
        .map((file) => [file, textOf(file).split("\n").length - 1])
        .filter(([, lines]) => lines >= MaxLines)
        .map(([file, lines]) => `${file} has ${lines} lines: it probably holds two concepts`),
  ],
  [
    "every layer says what it is for",
    () => {
      const faults = [];
      for (const layer of Object.keys(Layers).filter((name) => name !== "plugin/api")) {
        const readme = `core/${layer}/README.md`;
        if (!filesBelow(`core/${layer}`, /^README\.md$/).includes(readme)) faults.push(`${readme} is missing`);
      }
      return faults;
    },
  ],
]);
