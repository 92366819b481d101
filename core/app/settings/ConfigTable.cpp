#include "app/settings/ConfigTable.h"

#include <Poco/URI.h>

#include <optional>
#include <stdexcept>

#include "app/settings/Settings.h"
#include "engineio/api/SessionId.h"
#include "engineio/transport/TransportTypes.h"
#include "http/Target.h"

namespace chat::app {
namespace {

using Type = ConfigKey::Type;
using S = Settings;
using V = ConfigValue;

constexpr std::int64_t KiB = 1024;
constexpr std::int64_t MiB = 1024 * KiB;
constexpr std::int64_t GiB = 1024 * MiB;
constexpr std::int64_t Minute = 60'000;
constexpr std::int64_t Hour = 60 * Minute;
constexpr std::int64_t MaxThreads = 1024;

// A field of more than one line would be left out of every answer.
std::string fieldValue(const V& v) {
  for (const char c : v.text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < ' ' && c != '\t') || byte == 0x7f) throw std::invalid_argument("it contains a control character");
  }
  return v.text;
}

// Whether a request can have this path, once its target is decoded.
bool isPath(const std::string& path) {
  if (path.find_first_of("?#%") != std::string::npos) return false;
  std::string target;
  Poco::URI::encode(path, "", target);
  const auto parsed = http::parseTarget(target);
  return parsed && parsed->path == path && path.starts_with('/');
}

// A page is given as `/login=login.html`; one without `=` is only the file, and its path is the file's name.
void setPages(S& s, const V& v) {
  for (const auto& page : v.list) {
    const auto equals = page.find('=');
    const auto file = page.substr(equals == std::string::npos ? 0 : equals + 1);
    const auto path = equals == std::string::npos ? '/' + file : page.substr(0, equals);
    if (!isPath(path))
      throw std::invalid_argument('\'' + path + "' is not a valid path: it must begin with a slash, be written " +
                                  "unencoded, and have no ? and no #");
    s.htdocs.names.insert_or_assign(path, file);
  }
}

// As in the reference server, names and paths may be given without their first slash.
std::string withSlash(const std::string& name) {
  return name.starts_with('/') ? name : '/' + name;
}

void setTransports(S& s, const V& v) {
  s.engine.transports = v.list;
}

// An optional number.
std::optional<std::int64_t> given(const V& v) {
  return v.integer < 0 ? std::nullopt : std::optional(v.integer);
}

void setPath(S& s, const V& v) {
  s.engine.path = withSlash(v.text);
  if (!s.engine.path.ends_with('/')) s.engine.path += '/';
  if (!isPath(s.engine.path))
    throw std::invalid_argument('\'' + v.text + "' is not a valid path: it must have no ? and no #");
}

void setNamespaces(S& s, const V& v) {
  s.socketio.namespaces.clear();
  for (const auto& name : v.list) s.socketio.namespaces.push_back(withSlash(name));
}

void setHome(S& s, const V& v) {
  s.home = fieldValue(v);
  if (s.home.empty() || s.home.starts_with("https://") || s.home.starts_with("http://")) return;
  if (s.home.size() < 2 || s.home[0] != '/' || s.home[1] == '/') {
    throw std::invalid_argument('\'' + s.home + "' is neither a path such as /login nor a whole URL");
  }
}

// In the order of conf/chat-socketio.properties.
const ConfigKey Table[]{
    // clang-format off
    {"server.address", Type::Text, "0.0.0.0", "The address to listen at; 127.0.0.1 for this machine only, :: for IPv6 and IPv4.",
     [](S& s, const V& v) { s.server.address = v.text; }},
    {"server.port", Type::Integer, "18000", "The port; 0 takes a free one (see server.portFile).",
     [](S& s, const V& v) { s.server.port = static_cast<std::uint16_t>(v.integer); }, 0, 65535},
    {"server.threads", Type::Integer, "0", "Event loops, each with a thread; 0: one for each core.",
     [](S& s, const V& v) { s.server.threads = static_cast<unsigned>(v.integer); }, 0, engineio::MaxLoops},
    {"server.ioUring", Type::Boolean, "true", "Whether an event loop hands sends to several clients to the kernel together, if the kernel allows it (io_uring).",
     [](S& s, const V& v) { s.loop.ioUring = v.boolean; }},
    {"server.portFile", Type::Text, "", "A file to which the port is written once the server listens; empty: none.",
     [](S& s, const V& v) { s.server.portFile = v.path(); }},
    {"server.shutdownTimeout", Type::Integer, "6000", "Milliseconds that the server waits for running handlers when it stops.",
     [](S& s, const V& v) { s.server.shutdownTimeout = v.duration(); }, 0, Hour},

    {"operations.address", Type::Text, "127.0.0.1", "The address of the operators' port, which needs no password.",
     [](S& s, const V& v) { s.operations.address = v.text; }},
    {"operations.port", Type::Integer, "0", "The operators' port: /metrics, /plugins, /healthz, /readyz; 0: none.",
     [](S& s, const V& v) { s.operations.port = static_cast<std::uint16_t>(v.integer); }, 0, 65535},

    {"logging.level", Type::Text, "information", "The lowest level that is logged.",
     [](S& s, const V& v) { s.logging.level = v.text; }, 0, 0, "fatal|critical|error|warning|notice|information|debug|trace|none"},
    {"logging.format", Type::Text, "text", "text: time, level, logger, message; json: one object for each line.",
     [](S& s, const V& v) { s.logging.format = v.text; }, 0, 0, "text|json"},
    {"logging.output", Type::Text, "stdout", "stdout, stderr or a file, which is appended to.",
     [](S& s, const V& v) { s.logging.output = v.text == "stdout" || v.text == "stderr" ? v.text : v.path().string(); }},

    {"data.folder", Type::Text, "data", "The folder for the server's data; created if it is missing.",
     [](S& s, const V& v) { s.dataFolder = v.path(); }},
    {"schema.folder", Type::Text, "schema", "The migrations of the plugins' tables: PLUGIN/mysql/ and PLUGIN/sqlite/.",
     [](S& s, const V& v) { s.database.schema = v.path(); }},

    {"htdocs.folder", Type::Text, "htdocs", "The pages and their files; read into memory at the start.",
     [](S& s, const V& v) { s.htdocs.folder = v.path(); }},
    {"htdocs.pages", Type::List, "/login=login.html, /chat=chat.html, /search=search.html, /messages=search.html",
     "Further paths of files: path=file.", setPages},
    {"htdocs.home", Type::Text, "/login", "The path or URL to which / redirects; empty: none.", setHome},
    {"htdocs.maxTotalSize", Type::Integer, "67108864", "Bytes that all files together may have.",
     [](S& s, const V& v) { s.htdocs.maxTotalSize = v.size(); }, 0, GiB},
    {"htdocs.compress", Type::Boolean, "true", "Whether pages, files and the browser client are also kept compressed (brotli, gzip, deflate).",
     [](S& s, const V& v) { s.htdocs.compress = v.boolean; }},
    {"htdocs.cacheControl", Type::Text, "no-cache", "The Cache-Control field; no-cache: browsers keep files, but ask each time (304).",
     [](S& s, const V& v) { s.htdocs.cacheControl = fieldValue(v); }},
    {"htdocs.contentSecurityPolicy", Type::Text, http::DefaultContentSecurityPolicy, "The Content-Security-Policy field of every file.",
     [](S& s, const V& v) { s.htdocs.contentSecurityPolicy = fieldValue(v); }},

    {"http.headersTimeout", Type::Integer, "60000", "Milliseconds for the head of a request (408).",
     [](S& s, const V& v) { s.http.headersTimeout = v.duration(); }, 100, Hour},
    {"http.requestTimeout", Type::Integer, "300000", "Milliseconds for a whole request (408).",
     [](S& s, const V& v) { s.http.requestTimeout = v.duration(); }, 100, Hour},
    {"http.keepAliveTimeout", Type::Integer, "75000", "Milliseconds that a connection without a request is kept; should be longer than a proxy in front keeps it.",
     [](S& s, const V& v) { s.http.keepAliveTimeout = v.duration(); }, 100, Hour},
    {"http.stallTimeout", Type::Integer, "30000", "Milliseconds after which the connection of a client that reads nothing of its answer is closed.",
     [](S& s, const V& v) { s.http.stallTimeout = v.duration(); }, 100, Hour},
    {"http.maxHeaderSize", Type::Integer, "16384", "Bytes of a request's head (431).",
     [](S& s, const V& v) { s.http.maxHeaderSize = v.size(); }, 1 * KiB, 1 * MiB},
    {"http.maxPipelined", Type::Integer, "65536", "Bytes of pipelined requests that may wait for the answer to an earlier one.",
     [](S& s, const V& v) { s.http.maxPipelined = v.size(); }, 0, 16 * MiB},
    {"http.trustedProxies", Type::List, "", "Addresses and networks (10.0.0.0/8) whose X-Forwarded-For, -Proto, -Host and -Port are believed.",
     [](S& s, const V& v) { s.trustedProxies = http::TrustedProxies(v.list); }},

    {"engine.transports", Type::List, "polling, websocket", "The transports that are served.", setTransports, 1, 0, engineio::transportChoices()},
    {"engine.allowUpgrades", Type::Boolean, "true", "Whether a session may go from polling to WebSocket.",
     [](S& s, const V& v) { s.engine.allowUpgrades = v.boolean; }},
    {"engine.allowEIO3", Type::Boolean, "true", "Whether clients of Socket.IO 1 and 2 are served.",
     [](S& s, const V& v) { s.engine.allowEio3 = v.boolean; }},
    {"engine.pingInterval", Type::Integer, "25000", "Milliseconds between two heartbeats.",
     [](S& s, const V& v) { s.engine.pingInterval = v.duration(); }, 100, Hour},
    {"engine.pingTimeout", Type::Integer, "20000", "Milliseconds that a client may take to answer a heartbeat.",
     [](S& s, const V& v) { s.engine.pingTimeout = v.duration(); }, 100, Hour},
    {"engine.upgradeTimeout", Type::Integer, "10000", "Milliseconds that an upgrade may take.",
     [](S& s, const V& v) { s.engine.upgradeTimeout = v.duration(); }, 100, Hour},
    {"engine.handshakeTimeout", Type::Integer, "10000", "Milliseconds that all handshake handlers of a request may take together (503).",
     [](S& s, const V& v) { s.engine.handshakeTimeout = v.duration(); }, 100, Hour},
    {"engine.polling.closeTimeout", Type::Integer, "30000", "Milliseconds that a closed session is kept for its last poll.",
     [](S& s, const V& v) { s.engine.pollingCloseTimeout = v.duration(); }, 100, Hour},
    {"engine.httpCompression.enabled", Type::Boolean, "true", "Whether answers to polls are compressed for clients that accept it.",
     [](S& s, const V& v) { s.engine.httpCompression = v.boolean; }},
    {"engine.httpCompression.threshold", Type::Integer, "1024", "The smallest answer that is compressed, in bytes.",
     [](S& s, const V& v) { s.engine.httpCompressionThreshold = v.size(); }, 0, 1 * GiB},
    {"engine.initialPacket", Type::Text, "", "A text message that is sent first in every session; empty: none. Socket.IO clients read it as one of their packets.",
     [](S& s, const V& v) { s.engine.initialPacket = v.text; }},
    {"engine.cookie.name", Type::Text, "", "The name of a cookie with the session id, for load balancers that use it; empty: no cookie.",
     [](S& s, const V& v) { s.engine.cookie.name = v.text; }},
    {"engine.cookie.path", Type::Text, "/", "The cookie's path.", [](S& s, const V& v) { s.engine.cookie.path = v.text; }},
    {"engine.cookie.domain", Type::Text, "", "The cookie's domain; empty: only this host.", [](S& s, const V& v) { s.engine.cookie.domain = v.text; }},
    {"engine.cookie.httpOnly", Type::Boolean, "true", "Whether the cookie is hidden from scripts.",
     [](S& s, const V& v) { s.engine.cookie.httpOnly = v.boolean; }},
    {"engine.cookie.secure", Type::Boolean, "false", "Whether the cookie is sent over TLS only.",
     [](S& s, const V& v) { s.engine.cookie.secure = v.boolean; }},
    {"engine.cookie.sameSite", Type::Text, "lax", "Whether requests from other sites' pages send the cookie; off: the browser's default.",
     [](S& s, const V& v) { s.engine.cookie.sameSite = v.text == "off" ? "" : v.text; }, 0, 0, "strict|lax|none|off"},
    {"engine.cookie.maxAge", Type::Integer, "-1", "Seconds that the cookie is kept; -1: until the browser is closed.",
     [](S& s, const V& v) { s.engine.cookie.maxAge = given(v); }, -1, 10LL * 365 * 24 * 3600},

    {"engine.cors.origin", Type::List, "", "Other origins whose pages may connect: https://chat.example.org, /a regular expression/ without commas, or * for all; empty: none.",
     [](S& s, const V& v) { s.cors.origins = v.list; }},
    {"engine.cors.methods", Type::Text, "GET,HEAD,PUT,PATCH,POST,DELETE", "Access-Control-Allow-Methods.",
     [](S& s, const V& v) { s.cors.methods = fieldValue(v); }},
    {"engine.cors.allowedHeaders", Type::Text, "", "Access-Control-Allow-Headers; empty: the ones that the browser asks for.",
     [](S& s, const V& v) { s.cors.allowedHeaders = fieldValue(v); }},
    {"engine.cors.exposedHeaders", Type::Text, "", "Access-Control-Expose-Headers.", [](S& s, const V& v) { s.cors.exposedHeaders = fieldValue(v); }},
    {"engine.cors.credentials", Type::Boolean, "false", "Whether pages of these origins may send cookies; not together with the origin *.",
     [](S& s, const V& v) { s.cors.credentials = v.boolean; }},
    {"engine.cors.maxAge", Type::Integer, "-1", "Seconds for which a browser may keep the answer to a preflight; -1: the browser's default.",
     [](S& s, const V& v) { s.cors.maxAge = given(v); }, -1, 24 * 3600},
    {"engine.cors.preflightContinue", Type::Boolean, "false", "Whether OPTIONS goes on to Engine.IO, which refuses it, instead of being answered.",
     [](S& s, const V& v) { s.cors.preflightContinue = v.boolean; }},
    {"engine.cors.optionsSuccessStatus", Type::Integer, "204", "The status of the answer to a preflight.",
     [](S& s, const V& v) { s.cors.optionsSuccessStatus = static_cast<int>(v.integer); }, 200, 299},
    {"engine.maxHttpBufferSize", Type::Integer, "1000000", "Bytes of a message, and of a polling request's body (413, close code 1009).",
     [](S& s, const V& v) { s.engine.maxPayload = s.engine.webSocketOptions.limits.maxMessage = v.size(); }, 1 * KiB, 1 * GiB},
    {"engine.perMessageDeflate.enabled", Type::Boolean, "false", "Whether WebSocket messages are compressed if the client offers it (permessage-deflate, RFC 7692).",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.enabled = v.boolean; }},
    {"engine.perMessageDeflate.threshold", Type::Integer, "1024", "The smallest message that is compressed, in bytes.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.threshold = v.size(); }, 0, 1 * GiB},
    {"engine.perMessageDeflate.maxSize", Type::Integer, "1048576", "The largest message that is compressed, in bytes; a loop does nothing else meanwhile, some 12 ms for 1 MiB at level 1.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.maxSize = v.size(); }, 0, 1 * GiB},
    {"engine.perMessageDeflate.level", Type::Integer, "1", "zlib's level: 1 is fast, 9 small.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.level = static_cast<int>(v.integer); }, 1, 9},
    {"engine.perMessageDeflate.memoryLevel", Type::Integer, "8", "zlib's memLevel: a compressor takes 2^(memoryLevel+9) and 2^(serverMaxWindowBits+2) bytes.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.memoryLevel = static_cast<int>(v.integer); }, 1, 9},
    {"engine.perMessageDeflate.serverNoContextTakeover", Type::Boolean, "true", "Whether each message to a client is compressed by itself: needs no memory for each client, and a broadcast is compressed once.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.serverNoContextTakeover = v.boolean; }},
    {"engine.perMessageDeflate.clientNoContextTakeover", Type::Boolean, "false", "Whether clients are told to compress each message by itself; if not, the server keeps up to 2^clientMaxWindowBits bytes for each client.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.clientNoContextTakeover = v.boolean; }},
    {"engine.perMessageDeflate.serverMaxWindowBits", Type::Integer, "15", "The server's window is 2^bits bytes.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.serverMaxWindowBits = static_cast<int>(v.integer); }, 8, 15},
    {"engine.perMessageDeflate.clientMaxWindowBits", Type::Integer, "15", "The client's window is 2^bits bytes; below 15 there is no compression for a client that keeps a context and can't limit its window.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.clientMaxWindowBits = static_cast<int>(v.integer); }, 8, 15},
    {"engine.perMessageDeflate.maxContexts", Type::Integer, "1024", "Contexts that a loop keeps for sending; for further connections each message is compressed by itself.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.maxContexts = v.size(); }, 0, 1'000'000},
    {"engine.perMessageDeflate.contextIdleTimeout", Type::Integer, "30000", "Milliseconds after which an unused context is given back.",
     [](S& s, const V& v) { s.engine.webSocketOptions.deflate.contextIdleTimeout = v.duration(); }, 100, Hour},

    {"ws.closeTimeout", Type::Integer, "30000", "Milliseconds that a client may take to answer a closing handshake.",
     [](S& s, const V& v) { s.engine.webSocketOptions.closeTimeout = v.duration(); }, 100, Hour},
    {"ws.maxFragments", Type::Integer, "16384", "Fragments of a message (close code 1008).",
     [](S& s, const V& v) { s.engine.webSocketOptions.limits.maxFragments = static_cast<std::uint32_t>(v.integer); }, 1, 1'000'000},

    {"socketio.path", Type::Text, "/socket.io", "The path of Socket.IO, served with a slash at its end.", setPath},
    {"socketio.addTrailingSlash", Type::Boolean, "true", "Whether the slash at the path's end is required; false: the path is also served without it.",
     [](S& s, const V& v) { s.addTrailingSlash = v.boolean; }},
    {"socketio.namespaces", Type::List, "/, /chat", "The namespaces that are served.",
     setNamespaces, 1},
    {"socketio.namespacePatterns", Type::Text, "",
     "Regular expressions (RE2), separated by spaces, for whole names of namespaces that are made when a client first asks for them: /room-\\d+.",
     [](S& s, const V& v) { s.socketio.namespacePatterns = std::make_shared<const socketio::NamespacePatterns>(v.text); }},
    {"socketio.maxChildNamespaces", Type::Integer, "1000", "Namespaces made by a pattern or a plugin that an event loop may have; empty ones are removed for new ones.",
     [](S& s, const V& v) { s.socketio.maxChildNamespaces = v.size(); }, 1, 1'000'000},
    {"socketio.cleanupEmptyChildNamespaces", Type::Boolean, "false", "Whether such a namespace is removed when its last client leaves.",
     [](S& s, const V& v) { s.socketio.cleanupEmptyChildNamespaces = v.boolean; }},
    {"socketio.connectTimeout", Type::Integer, "45000", "Milliseconds after which a client that has entered no namespace is closed.",
     [](S& s, const V& v) { s.socketio.connectTimeout = v.duration(); }, 100, Hour},
    {"socketio.maxAttachments", Type::Integer, "10", "Binary attachments of a packet.",
     [](S& s, const V& v) { s.socketio.maxAttachments = s.gateway.maxAttachments = v.size(); }, 0, 1000},
    {"socketio.parser", Type::Text, "default", "How packets are encoded: default, or msgpack for clients with socket.io-msgpack-parser.",
     [](S& s, const V& v) { s.socketio.parser = s.gateway.parser = v.text == "msgpack" ? socketio::Parser::Msgpack : socketio::Parser::Default; }, 0, 0, "default|msgpack"},
    {"socketio.recovery.enabled", Type::Boolean, "false", "Connection state recovery: a client whose connection broke resumes its socket when it reconnects.",
     [](S& s, const V& v) { s.gateway.recovery.enabled = v.boolean; }},
    {"socketio.recovery.maxDisconnectionDuration", Type::Integer, "120000", "Milliseconds within which a client must reconnect to be recovered.",
     [](S& s, const V& v) { s.gateway.recovery.maxDisconnectionDuration = v.duration(); }, 100, 24 * Hour},
    {"socketio.recovery.skipMiddlewares", Type::Boolean, "false", "Whether the connect handlers are skipped for a client that is recovered.",
     [](S& s, const V& v) { s.gateway.recovery.skipMiddlewares = v.boolean; }},
    {"socketio.recovery.maxPackets", Type::Integer, "10000", "Emits that are kept for disconnected clients.",
     [](S& s, const V& v) { s.gateway.recovery.maxPackets = v.size(); }, 1, 10'000'000},
    {"socketio.recovery.maxBytes", Type::Integer, "16777216", "The total size of these emits, in bytes.",
     [](S& s, const V& v) { s.gateway.recovery.maxBytes = v.size(); }, 1 * KiB, 16 * GiB},
    {"socketio.recovery.maxBytesPerSocket", Type::Integer, "1048576", "Bytes of missed events up to which a client is recovered, and bytes that are kept of the events to this client only.",
     [](S& s, const V& v) { s.gateway.recovery.maxBytesPerSocket = v.size(); }, 1 * KiB, 1 * GiB},
    {"socketio.recovery.maxSessions", Type::Integer, "10000", "Disconnected sockets that an event loop keeps; with one more the one that has been away longest is dropped.",
     [](S& s, const V& v) { s.gateway.recovery.maxSessions = v.size(); }, 1, 10'000'000},
    {"socketio.serveClient", Type::Boolean, "true", "Whether the browser client is served at <path>/socket.io.js.",
     [](S& s, const V& v) { s.clientFiles.serve = v.boolean; }},
    {"socketio.clientFolder", Type::Text, "node_modules/socket.io-client/dist", "The folder with the files of the browser client.",
     [](S& s, const V& v) { s.clientFiles.folder = v.path(); }},

    {"limits.sendQueue", Type::Integer, "4194304", "Bytes that may wait for one client; if more wait, it is closed as slow.",
     [](S& s, const V& v) { s.loop.sendQueueLimit = s.engine.maxBacklog = v.size(); }, 64 * KiB, 1 * GiB},
    {"limits.packetsPerPoll", Type::Integer, "65536", "Packets in one request of a polling client (400).",
     [](S& s, const V& v) { s.engine.maxPacketsPerPayload = v.size(); }, 1, 10'000'000},
    {"limits.connections", Type::Integer, "0", "All connections together (503); 0: as many as there are descriptors.",
     [](S& s, const V& v) { s.connections.total = v.size(); }, 0, 10'000'000},
    {"limits.connectionsPerAddress", Type::Integer, "0", "Connections from one address, or one /64 of IPv6 (429); those of http.trustedProxies don't count; 0: any number.",
     [](S& s, const V& v) { s.connections.perAddress = v.size(); }, 0, 10'000'000},
    {"limits.messagesPerSecond", Type::Integer, "0", "Messages a second of one client, two seconds' worth at once; beyond that the server stops reading from it for a while; 0: any number.",
     [](S& s, const V& v) { s.engine.inboundLimit.messages = v.size(); }, 0, 1'000'000},
    {"limits.bytesPerSecond", Type::Integer, "0", "Bytes of these messages a second; 0: any number.",
     [](S& s, const V& v) { s.engine.inboundLimit.bytes = v.size(); }, 0, 1 * GiB},
    {"limits.anonymousTimeout", Type::Integer, "0", "Milliseconds after which a socket that has no identity is disconnected; 0: never.",
     [](S& s, const V& v) { s.gateway.anonymousTimeout = v.duration(); }, 0, 24 * Hour},
    {"limits.socketsPerUser", Type::Integer, "0", "Sockets that one user may have; with one more the user's oldest is disconnected; 0: any number.",
     [](S& s, const V& v) { s.gateway.socketsPerUser = v.size(); }, 0, 1'000'000},
    {"limits.namespaces", Type::Integer, "64", "Namespaces that a client may be in.",
     [](S& s, const V& v) { s.socketio.maxNamespacesPerClient = v.size(); }, 1, 10'000},
    {"limits.rooms", Type::Integer, "1024", "Rooms that a socket may be in.",
     [](S& s, const V& v) { s.socketio.maxRoomsPerSocket = v.size(); }, 1, 1'000'000},
    {"limits.pendingAcks", Type::Integer, "1024", "Acknowledgements that may be awaited from a socket.",
     [](S& s, const V& v) { s.socketio.maxPendingAcksPerSocket = v.size(); }, 1, 1'000'000},
    {"limits.ackTimeout", Type::Integer, "300000", "The longest time that a plugin may wait for an acknowledgement, in milliseconds.",
     [](S& s, const V& v) { s.gateway.ackTimeout = v.duration(); }, 1, Hour},
    {"limits.ackBytes", Type::Integer, "16777216", "The total size of the acknowledgements of one question of a plugin, in bytes.",
     [](S& s, const V& v) { s.gateway.ackBytes = v.size(); }, 1 * KiB, 1 * GiB},
    {"limits.socketData", Type::Integer, "8192", "Bytes of the data that plugins keep with a socket, and of its auth payload.",
     [](S& s, const V& v) { s.gateway.socketData = v.size(); }, 0, 1 * MiB},
    {"limits.waitingEvents", Type::Integer, "64", "Events of a socket that may wait for their handler; beyond that the server stops reading from its client.",
     [](S& s, const V& v) { s.gateway.waitingEvents = v.size(); }, 1, 100'000},

    {"gateway.admissionThreads", Type::Integer, "4", "Threads that run connect and disconnect handlers.",
     [](S& s, const V& v) { s.gateway.admissionThreads = v.size(); }, 1, MaxThreads},
    {"gateway.admissionQueue", Type::Integer, "4096", "Connects and disconnects that may wait for one of them.",
     [](S& s, const V& v) { s.gateway.admissionQueue = v.size(); }, 1, 1'000'000},
    {"gateway.replayThreads", Type::Integer, "4", "Threads that run replays of missed messages.",
     [](S& s, const V& v) { s.gateway.replayThreads = v.size(); }, 1, MaxThreads},
    {"gateway.replayQueue", Type::Integer, "1024", "Replays that may wait for one of them.",
     [](S& s, const V& v) { s.gateway.replayQueue = v.size(); }, 1, 1'000'000},
    {"gateway.heldEmits", Type::Integer, "1000", "Live messages that are held for a socket during its replay.",
     [](S& s, const V& v) { s.gateway.heldEmits = v.size(); }, 1, 1'000'000},
    {"gateway.replayWindow", Type::Integer, "262144", "Bytes of a replay that may wait to be sent to one socket.",
     [](S& s, const V& v) { s.gateway.replayWindow = v.size(); }, 1 * KiB, 1 * GiB},
    {"gateway.replayStall", Type::Integer, "30000", "Milliseconds that a replay waits for a client that reads nothing.",
     [](S& s, const V& v) { s.gateway.replayStall = v.duration(); }, 100, Hour},
    {"gateway.inlineLimitMs", Type::Integer, "50", "Milliseconds that an inline handler may block its loop before it is moved to workers; 0: no limit.",
     [](S& s, const V& v) { s.gateway.inlineLimit = v.duration(); }, 0, Hour},

    {"database.engine", Type::Text, "sqlite", "sqlite: a file; mysql: a MySQL or MariaDB server.",
     [](S& s, const V& v) { s.database.engine = v.text == "mysql" ? data::Dialect::MySql : data::Dialect::Sqlite; }, 0, 0, "sqlite|mysql"},
    {"database.file", Type::Text, "", "SQLite: the file; empty: chatapp.db in data.folder.",
     [](S& s, const V& v) { s.database.file = v.path(); }},
    {"database.quickCheckMs", Type::Integer, "5000",
     "SQLite: milliseconds that the check of the file for damage may take at the start; 0: no check.",
     [](S& s, const V& v) { s.database.quickCheck = v.duration(); }, 0, Hour},
    {"database.host", Type::Text, "127.0.0.1", "MySQL: the server's name or address.", [](S& s, const V& v) { s.database.host = v.text; }},
    {"database.port", Type::Integer, "3306", "MySQL: the server's port.",
     [](S& s, const V& v) { s.database.port = static_cast<std::uint16_t>(v.integer); }, 1, 65535},
    {"database.name", Type::Text, "chatapp", "MySQL: the database; created if it is missing and the account has the right.",
     [](S& s, const V& v) { s.database.name = v.text; }},
    {"database.user", Type::Text, "", "MySQL: the account.", [](S& s, const V& v) { s.database.user = v.text; }},
    {"database.password", Type::Text, "", "MySQL: its password; better in CHAT_DATABASE_PASSWORD or a file that CHAT_DATABASE_PASSWORD_FILE names.",
     [](S& s, const V& v) { s.database.password = v.text; }, 0, 0, {}, true},
    {"database.tls", Type::Text, "off", "MySQL: off: plain; required: encrypted, but anybody may be the server; verify: encrypted, and the server's certificate is checked, with its host name.",
     [](S& s, const V& v) { s.database.tls = v.text == "verify" ? data::Tls::Verify : v.text == "required" ? data::Tls::Required : data::Tls::Off; }, 0, 0, "off|required|verify"},
    {"database.tlsCa", Type::Text, "", "MySQL: the PEM file with the certificates of the authorities that are trusted; for database.tls = verify.",
     [](S& s, const V& v) { s.database.tlsCa = v.path(); }},
    {"database.tlsCertificate", Type::Text, "", "MySQL: the PEM file with this server's own certificate, if the database asks for one; empty: none.",
     [](S& s, const V& v) { s.database.tlsCertificate = v.path(); }},
    {"database.tlsKey", Type::Text, "", "MySQL: the PEM file with its key, without a passphrase; empty: in the certificate's file.",
     [](S& s, const V& v) { s.database.tlsKey = v.path(); }},
    {"database.sessions", Type::Integer, "16", "Database sessions that all plugins share.",
     [](S& s, const V& v) { s.database.sessions = v.size(); }, 1, MaxThreads},
    {"database.waitMs", Type::Integer, "2000", "Milliseconds that a request may take with the database, from its arrival on: queues, session, statements (503, 504).",
     [](S& s, const V& v) { s.database.wait = v.duration(); }, 1, Minute},
    {"database.connectWaitMs", Type::Integer, "3000", "MySQL: milliseconds that connecting may take.",
     [](S& s, const V& v) { s.database.connectWait = v.duration(); }, 1, Minute},
    {"database.connectPauseMs", Type::Integer, "500", "Milliseconds after a failure to connect during which no new attempt is made.",
     [](S& s, const V& v) { s.database.connectPause = v.duration(); }, 0, Minute},
    {"database.statementTimeoutMs", Type::Integer, "10000", "Milliseconds that a statement may take which no request waits for.",
     [](S& s, const V& v) { s.database.statementTimeout = v.duration(); }, 1, Hour},
    {"database.probeAfterIdleMs", Type::Integer, "30000", "Milliseconds after which an idle session is tested before it is used.",
     [](S& s, const V& v) { s.database.probeAfterIdle = v.duration(); }, 0, Hour},
    {"database.groupMaxUnits", Type::Integer, "128", "Writers that share one commit.",
     [](S& s, const V& v) { s.database.groupMaxUnits = v.size(); }, 1, 10'000},
    {"database.lockWaiters", Type::Integer, "4", "MySQL: transactions that may wait at a time for rows which others have locked.",
     [](S& s, const V& v) { s.database.lockWaiters = v.size(); }, 1, 64},
    {"database.groupMaxWaiting", Type::Integer, "4096", "Writers that may wait for the next commit (503).",
     [](S& s, const V& v) { s.database.groupMaxWaiting = v.size(); }, 1, 1'000'000},

    {"plugins.folder", Type::Text, "", "The folder of the plugins (*.so); empty: ../plugins, relative to the program's folder.",
     [](S& s, const V& v) { s.plugins.folder = v.path(); }},
    {"plugins.runFolder", Type::Text, "", "The folder to which plugins are copied before they are loaded, private to one server; empty: plugins in data.folder.",
     [](S& s, const V& v) { s.plugins.runFolder = v.path(); }},
    {"plugins.enabled", Type::List, "", "Names of the plugins that are loaded; empty: all plugins of the folder.", nullptr},
    {"plugins.disabled", Type::List, "", "Names of plugins that are not loaded.", nullptr},
    {"plugins.retireWaitMs", Type::Integer, "5000", "Milliseconds that the server waits for a plugin's calls when the plugin is removed.",
     [](S& s, const V& v) { s.plugins.retireWait = v.duration(); }, 0, Minute},
    {"plugins.maxParked", Type::Integer, "8", "Replaced plugins that are kept because a call doesn't return; beyond that nothing is replaced.",
     [](S& s, const V& v) { s.plugins.maxParked = v.size(); }, 1, 1000},
    {"plugins.watch", Type::Boolean, "true", "Whether the server notices added, replaced and removed plugins at once; if not, at SIGHUP.",
     [](S& s, const V& v) { s.plugins.watch = v.boolean; }},
    {"plugins.probe", Type::Boolean, "true", "Whether a plugin is first loaded in a process of its own, so that one that crashes is refused.",
     [](S& s, const V& v) { s.plugins.probe = v.boolean; }},
    {"plugins.probeMs", Type::Integer, "10000", "Milliseconds that this test may take.",
     [](S& s, const V& v) { s.plugins.probeWait = v.duration(); }, 100, Hour},
    {"plugins.digests", Type::Text, "", "A list as written by sha256sum: only its files, with those digests, are loaded; empty: all.",
     [](S& s, const V& v) { s.plugins.digests = v.path(); }},
    {"plugins.settleMs", Type::Integer, "100", "Milliseconds that a new file must stay unchanged before it is loaded.",
     [](S& s, const V& v) { s.plugins.settle = v.duration(); }, 1, Minute},
    // clang-format on
};

}  // namespace

std::span<const ConfigKey> configTable() noexcept {
  return Table;
}

}  // namespace chat::app
