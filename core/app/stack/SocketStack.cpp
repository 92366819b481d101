#include "app/stack/SocketStack.h"

#include <Poco/Logger.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "plainws/Route.h"

namespace chat::app {
namespace {

constexpr int DatabaseAttempts = 30;
constexpr std::chrono::seconds DatabasePause{1};
constexpr std::chrono::milliseconds IdlePoll{5};

// Waits, unless a signal to end comes: these signals are blocked for the main thread, which otherwise takes them only
// when it serves.
void pauseUnlessEnding(std::chrono::seconds pause) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGQUIT}) sigaddset(&signals, number);
  const timespec limit{pause.count(), 0};
  if (sigtimedwait(&signals, nullptr, &limit) > 0) throw StartInterrupted{};
}

plugin::PluginHost::Options hostOptions(const Settings& settings, plugin::PropertySource properties) {
  plugin::PluginHost::Options options;
  options.folder = settings.plugins.folder;
  options.runFolder = settings.plugins.runFolder;
  options.properties = std::move(properties);
  options.retireWait = settings.plugins.retireWait;
  options.maxParked = settings.plugins.maxParked;
  std::error_code ignored;
  if (settings.plugins.probe) options.probe = std::filesystem::read_symlink("/proc/self/exe", ignored);
  options.digests = settings.plugins.digests;
  options.probeWait = settings.plugins.probeWait;
  return options;
}

}  // namespace

SocketStack::SocketStack(const Settings& settings, net::LoopGroup& loops, plugin::PropertySource properties)
    : _settings(settings),
      _cors(std::make_shared<http::CorsPolicy>(settings.cors)),
      _loops(loops),
      _database(settings.database),
      _gateway(loops, settings.gateway, Poco::Logger::get("gateway")),
      _plugins(hostOptions(settings, std::move(properties)),
               {_database, _gateway.emitter(), &_gateway.sockets(), &_database, &_metrics},
               Poco::Logger::get("plugins")) {
  _gateway.open(_plugins.tables());
  plainws::Options plainOptions;
  plainOptions.webSocket = settings.engine.webSocketOptions;
  plainOptions.webSocket.limits.maxMessage = settings.engine.maxPayload;
  plainOptions.pingInterval = settings.engine.pingInterval;
  plainOptions.pingTimeout = settings.engine.pingTimeout;
  plainOptions.inboundLimit = settings.engine.inboundLimit;
  for (unsigned i = 0; i < loops.size(); ++i) {
    const auto doors = _gateway.doors(i);
    _servers.push_back(std::make_unique<socketio::Server>(loops.at(i), settings.socketio, doors.sockets));
    _gateway.setServer(i, *_servers.back());
    _plainServers.push_back(std::make_unique<plainws::Server>(loops.at(i), plainOptions, doors.plain));
  }
  auto engineOptions = settings.engine;
  engineOptions.cors = _cors;
  _engine = std::make_shared<engineio::Server>(
      engineOptions, loops, [this](net::Loop& loop) -> engineio::SessionAcceptor& { return *_servers[loop.index()]; },
      [this](net::Loop& loop) -> engineio::HandshakeGate& { return _gateway.doors(loop.index()).handshakes; });
}

SocketStack::~SocketStack() {
  stopPlugins();
}

void SocketStack::start() {
  startDatabase();
  _plugins.load();
  _database.requireMigrated();
}

void SocketStack::watchPlugins(std::function<bool()> reload) {
  const auto& plugins = _settings.plugins;
  _folder = std::make_unique<plugin::LiveFolder>(
      _plugins, plugins.folder, plugin::LiveFolder::Options{plugins.watch, plugins.settle, std::move(reload)});
  _folder->start();
}

void SocketStack::rescanPlugins() {
  if (_folder) _folder->rescan();
}

void SocketStack::startDatabase() {
  for (int attempt = 1;; ++attempt) {
    try {
      _database.start();
      return;
    } catch (const data::Unavailable& fault) {
      if (attempt == DatabaseAttempts) throw;
      poco_warning(Poco::Logger::get("app"), std::string("waiting for the database: ") + fault.what());
      pauseUnlessEnding(DatabasePause);
    }
  }
}

void SocketStack::addRoutes(http::Router& router) const {
  const std::string path = _settings.engine.path;
  router.add(http::Router::Match::Prefix, path, {}, _engine);
  if (!_settings.addTrailingSlash && path.size() > 1) {
    router.add(http::Router::Match::Exact, path.substr(0, path.size() - 1), {}, _engine);
  }
  std::vector<plainws::Server*> plain;
  for (const auto& server : _plainServers) plain.push_back(server.get());
  router.add(http::Router::Match::Exact, "/ws", {"GET"}, std::make_shared<plainws::Route>(std::move(plain), _cors));
}

void SocketStack::drain(base::Duration wait) {
  const auto end = std::chrono::steady_clock::now() + wait;
  // Half of the time, so that callers that wait for a commit in doubt still get their answer.
  _database.drain(wait / 2);
  _loops.onEach([this](net::Loop& loop) { _gateway.drain(loop.index()); });
  for (bool idle = false; !idle && std::chrono::steady_clock::now() < end;) {
    std::atomic<bool> allIdle{true};
    _loops.onEach([&](net::Loop& loop) {
      if (!_gateway.isDrained(loop.index())) allIdle = false;
    });
    idle = allIdle;
    if (!idle) std::this_thread::sleep_for(IdlePoll);
  }
  _loops.onEach([this](net::Loop& loop) {
    _engine->closeAll(loop);
    _plainServers[loop.index()]->closeAll();
  });
}

void SocketStack::stopWorkers() {
  _gateway.stop();
}

bool SocketStack::stopPlugins() {
  _folder.reset();
  return _plugins.stop();
}

}  // namespace chat::app
