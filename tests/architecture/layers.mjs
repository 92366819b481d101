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

/**
 * The floors of a layer, the lowest first. Each is a folder of the layer and may include itself and the floors below it;
 * "." is the layer's own folder. Every file of the layer lives on a floor. A layer that isn't named here has none.
 */
const Floors = {
  gateway: ["options", "call", "emission", "endpoint", "reply", "delivery", "asking", "event", "admission", "adapter", "."],
  data: [".", "engine", "session", "migration", "commit", "database"],
  engineio: ["packet", "api", "transport", "handshake", "session", "."],
  app: ["settings", "pages", "checks", "log", "stack", "operations", "command", "serving", "."],
  plugin: ["file", "settings", "call", "context", "run", "table", "load", "folder"],
};

/** What a plugin may include beside its own folder; a name with .h is that header alone. */
const PluginMay = ["plugin/api", "data/Batch.h", "data/Database.h", "data/Text.h", "base", "support"];
const SupportMay = PluginMay.filter((name) => name !== "support");

/** System headers and libraries that only these folders may touch. */
const Homes = [
  ["sys/epoll.h", ["core/net"]],
  ["dlfcn.h", ["core/plugin/run"]],
  ["Poco/ClassLoader.h", ["core/plugin/run"]],
  ["Poco/Data/", ["core/data", "plugins"]],
  ["sqlite3.h", ["core/data"]],
  ["mysql/", ["core/data"]],
  ["openssl/", ["core/data", "plugins/login/PasswordHasher.cpp"]],
  ["boost/json/", ["core/base/BoostJson.cpp", "plugins"]],
  ["nlohmann/", ["core/socketio/MsgpackCodec.cpp", "core/socketio/MsgpackEncoder.cpp"]],
  ["re2/", ["core/http", "core/socketio"]],
  ["unicode/", ["plugins/support", "plugins/login"]],
  ["boost/beast/", ["core/http"]],
  ["Poco/Util/", ["core/app", "plugins/support/CommandWords.cpp", "core/plugin/settings"]],
];

/** Headers that only their owner includes: a class that makes parts and ties them together is known to none of them. */
const Owners = [
  ["gateway/Shard.h", ["core/gateway/Gateway.cpp", "core/gateway/Shard.cpp"]],
];

const MaxLines = 500;
const MaxFloorFiles = 24;

/** The folder of core/ that a path from there belongs to. */
const layerOf = (path) => (path.startsWith("plugin/api/") ? "plugin/api" : path.slice(0, path.indexOf("/")));

/** The floor that a path from core/ stands on, whether or not the layer has that floor. */
const floorOf = (path) => {
  const [folder, ...rest] = path.slice(layerOf(path).length + 1).split("/");
  return rest.length ? folder : ".";
};

const covers = (allowed, include) => (allowed.endsWith(".h") ? include === allowed : layerOf(include) === allowed);

/** Null if a file may have that include, else why not. */
function faultOf(file, include) {
  const [top, ...rest] = file.split("/");
  const own = top === "core" ? layerOf(rest.join("/")) : rest[0];
  const may = top === "core" ? Layers[own] : own === "support" ? SupportMay : PluginMay;
  if (!may) return `${own} is no layer: give it a place in tests/architecture/layers.mjs and docs/ARCHITECTURE.md`;
  if (!include.includes("/")) return `"${include}" doesn't begin with its folder`;
  if (layerOf(include) === own || may.some((allowed) => covers(allowed, include))) return null;
  return `${own} may include ${may.length ? may.join(", ") : "nothing of the others"}; not "${include}"`;
}

/** Null if a file may have that include as far as the floors of its layer go, else why not. */
function floorFaultOf(file, include, floorsOf) {
  const path = file.replace(/^core\//, "");
  const floors = file.startsWith("core/") && floorsOf[layerOf(path)];
  if (!floors || layerOf(include) !== layerOf(path)) return null;
  const [from, to] = [path, include].map((name) => floors.indexOf(floorOf(name)));
  if (to < 0) return `"${include}" is on no floor of ${layerOf(path)}`;
  return from < 0 || to <= from ? null : `${floors[from]} is below ${floors[to]} in ${layerOf(path)}; not "${include}"`;
}

/** What is wrong with where the files of core/ stand: on no floor, or too many on one. */
function placeFaultsOf(files, floorsOf) {
  const faults = [];
  for (const [layer, floors] of Object.entries(floorsOf)) {
    const own = files.map((file) => file.replace(/^core\//, "")).filter((path) => layerOf(path) === layer);
    for (const path of own.filter((name) => !floors.includes(floorOf(name)))) {
      faults.push(`core/${path} is on no floor of ${layer}: ${floors.join(", ")}`);
    }
    for (const floor of floors) {
      const count = own.filter((path) => floorOf(path) === floor).length;
      if (count === 0) faults.push(`the floor ${floor} of ${layer} has no file`);
      if (count > MaxFloorFiles) faults.push(`the floor ${floor} of ${layer} has ${count} files: it probably holds two`);
    }
  }
  return faults;
}

function homeFaultOf(file, include) {
  for (const [header, homes] of Homes) {
    if (include.startsWith(header) && !homes.some((home) => file === home || file.startsWith(`${home}/`))) {
      return `<${include}> belongs into ${homes.join(", ")}`;
    }
  }
  return null;
}

function ownerFaultOf(file, include) {
  const [, owners] = Owners.find(([header]) => header === include) ?? [];
  return !owners || owners.includes(file) ? null : `"${include}" is for ${owners.join(", ")} alone`;
}

function faultsOf(file, text, floorsOf = Floors) {
  const faults = [];
  text.split("\n").forEach((line, index) => {
    const [, quote, include] = line.match(/^\s*#\s*include\s*(["<])([^">]+)[">]/) ?? [];
    if (!include) return;
    const fault =
      quote === '"'
        ? faultOf(file, include) ?? floorFaultOf(file, include, floorsOf) ?? ownerFaultOf(file, include)
        : homeFaultOf(file, include);
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
  ["core/plugin/folder/PluginHost.h", '#include "data/database/SqlDatabase.h"', true],
  ["core/plugin/api/Reply.h", '#include "plugin/run/Generation.h"', true],
  ["core/gateway/Shard.cpp", '#include "app/settings/Settings.h"', true],
  ["core/gateway/Shard.cpp", "#include <Poco/Data/Session.h>", true],
  ["core/http/Router.cpp", "  #  include <sys/epoll.h>", true],
  ["core/newlayer/A.h", '#include "base/Clock.h"', true],
  ["core/net/Loop.cpp", '#include "Loop.h"', true],
  ["plugins/login/Plugin.cpp", '#include "gateway/Shard.h"', true],
  ["plugins/login/Plugin.cpp", '#include "messages/MessageStore.h"', true],
  ["plugins/support/Text.cpp", '#include "login/Token.h"', true],
  ["core/gateway/Shard.cpp", '#include "plugin/api/Reply.h"', false],
  ["core/gateway/event/EventPipeline.cpp", '#include "gateway/Shard.h"', true],
  ["core/gateway/SocketGateway.cpp", '#include "gateway/Shard.h"', true],
  ["core/app/SocketStack.cpp", '#include "gateway/Shard.h"', true],
  ["core/gateway/Gateway.cpp", '#include "gateway/Shard.h"', false],
  ["core/gateway/endpoint/Endpoint.h", '#include "gateway/event/WorkerCall.h"', true],
  ["core/gateway/event/EventPipeline.h", '#include "gateway/endpoint/Endpoint.h"', false],
  ["core/plugin/call/PluginCall.cpp", '#include "data/Database.h"', false],
  ["core/net/Loop.cpp", "#include <sys/epoll.h>", false],
  ["plugins/login/LoginHandler.cpp", '#include "support/Document.h"', false],
  ["core/app/main.cpp", '// #include "nothing/At.all"', false],
];

/** The same for floors, with floors of their own. */
const ExampleFloors = { http: ["codec", "route", "."], plugin: ["file", "run"] };
const FloorExamples = [
  ["core/http/codec/Head.h", '#include "http/route/Router.h"', true],
  ["core/http/codec/Head.cpp", '#include "http/Server.h"', true],
  ["core/http/Server.h", '#include "http/other/Thing.h"', true],
  ["core/plugin/run/Timers.cpp", '#include "plugin/Host.h"', true],
  ["core/plugin/file/ElfImage.cpp", '#include "plugin/run/Timers.h"', true],
  ["core/plugin/run/Timers.cpp", '#include "plugin/file/ElfImage.h"', false],
  ["core/plugin/run/Timers.cpp", '#include "plugin/run/Generation.h"', false],
  ["core/plugin/file/ElfImage.cpp", '#include "plugin/api/Json.h"', false],
  ["core/http/Server.cpp", '#include "http/codec/Head.h"', false],
  ["core/http/codec/Head.cpp", '#include "net/Loop.h"', false],
  ["core/net/Loop.cpp", '#include "net/timer/Timer.h"', false],
  ["core/gateway/Shard.h", '#include "plugin/run/Timers.h"', false],
];

/** Files, and how many faults there are with where they stand. */
const PlaceExamples = [
  [["core/plugin/file/A.h", "core/plugin/run/B.h", "core/plugin/api/C.h", "core/http/D.h"], 0],
  [["core/plugin/file/A.h", "core/plugin/run/B.h", "core/plugin/new/C.h"], 1],
  [["core/plugin/file/A.h", "core/plugin/run/B.h", "core/plugin/C.h"], 1],
  [["core/plugin/file/A.h"], 1],
  [["core/plugin/file/A.h", ...Array.from({ length: MaxFloorFiles }, (_, index) => `core/plugin/run/B${index}.h`)], 0],
  [["core/plugin/file/A.h", ...Array.from({ length: MaxFloorFiles + 1 }, (_, index) => `core/plugin/run/B${index}.h`)], 1],
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
    "the check of floors finds what it is for",
    () => [
      ...FloorExamples.filter(([file, line, bad]) => faultsOf(file, line, ExampleFloors).length > 0 !== bad).map(
        ([file, line, bad]) => `${file}: ${line} was ${bad ? "passed" : "refused"}`,
      ),
      ...PlaceExamples.map(([files, count]) => [placeFaultsOf(files, { plugin: ExampleFloors.plugin }), count])
        .filter(([faults, count]) => faults.length !== count)
        .map(([faults, count]) => `${count} faults were to be found, not ${faults.length}: ${faults.join("; ")}`),
    ],
  ],
  [
    "includes follow the layers and their floors",
    () => {
      const files = sources();
      if (files.length < 100) return [`only ${files.length} sources were found`];
      return files.flatMap((file) => faultsOf(file, textOf(file)));
    },
  ],
  [
    `every file of a layer with floors is on one of them, no more than ${MaxFloorFiles} on each`,
    () => placeFaultsOf(sources(), Floors),
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
