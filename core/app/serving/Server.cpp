#include "app/serving/Server.h"

#include <Poco/Logger.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "app/operations/Health.h"
#include "app/pages/BrowserClient.h"
#include "app/pages/ClientModule.h"
#include "app/serving/ShutdownDeadline.h"
#include "http/Redirect.h"

namespace chat::app {
namespace {

using http::Router;
namespace fs = std::filesystem;

// How long to wait for queued bytes to leave; an idle connection isn't worth a longer wait.
constexpr std::chrono::milliseconds FlushTime{1000};
constexpr std::chrono::milliseconds FlushPoll{20};
// How long joining threads and unloading plugins take if every call returns.
constexpr std::chrono::milliseconds OrderTime{2000};

const std::vector<std::string>& reading() {
  static const std::vector<std::string> Methods{"GET", "HEAD"};
  return Methods;
}

// The answer to a connection over the limit, sent before its request is read.
std::string refusal(int status, std::string_view sentence) {
  return "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(http::reasonPhrase(status)) +
         "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + std::to_string(sentence.size()) +
         "\r\nRetry-After: 5\r\nConnection: close\r\n\r\n" + std::string(sentence);
}

net::Loop::Options loopOptions(const Settings& settings) {
  auto options = settings.loop;
  auto limits = settings.connections;
  if (limits.total == 0 && limits.perAddress == 0) return options;
  limits.exempt = [proxies = settings.trustedProxies](const std::string& address) { return proxies.trusts(address); };
  limits.tooMany = refusal(503, "The server has too many connections.\n");
  limits.tooManyFromAddress = refusal(429, "There are too many connections from this address.\n");
  options.connectionLimits = std::make_shared<net::ConnectionLimits>(std::move(limits));
  return options;
}

// The loops' sockets share the port (SO_REUSEPORT), so another server of the same user would share it unnoticed.
void requireFree(const std::string& address, std::uint16_t port) {
  if (port == 0) return;
  Poco::Net::ServerSocket probe;
  probe.bind(Poco::Net::SocketAddress(address, port), true, false);
}

// The URL to open in a browser: with 127.0.0.1 instead of a wildcard address.
std::string urlOf(const std::string& address, std::uint16_t port) {
  std::string host = address == "0.0.0.0" || address == "::" ? "127.0.0.1" : address;
  if (host.find(':') != std::string::npos) host = '[' + host + ']';
  return "http://" + host + ':' + std::to_string(port) + '/';
}

// The target of `/`, relative to it: below a proxy's path the server's root isn't the host's.
std::string homeOf(const Settings& settings) {
  const bool isOwn = settings.home.starts_with('/') && !settings.home.starts_with("//");
  return isOwn ? '.' + settings.home : settings.home;
}

}  // namespace

Server::Server(const Settings& settings, plugin::PropertySource properties, std::function<bool()> reload)
    : _settings(settings),
      _reload(std::move(reload)),
      _loops(settings.server.threads, loopOptions(settings)),
      _stack(_settings, _loops, std::move(properties)) {
  _service.options = settings.http;
  _service.proxies = settings.trustedProxies;
  addPages();
  addClientFiles();
  addProbes();
  _stack.addRoutes(_service.router);
}

Server::~Server() {
  stop();
}

void Server::addPages() {
  auto pages = _settings.htdocs;
  if (_settings.clientFiles.serve) {
    const auto bundle = bundleFor(_settings.clientFiles.folder, _settings.socketio.parser == socketio::Parser::Msgpack);
    pages.made.emplace("/client.js", clientModule(_settings.engine.path, bundle));
  }
  _service.router.add(Router::Match::Prefix, "/", reading(), std::make_shared<http::StaticFiles>(pages));
  if (!_settings.home.empty()) {
    _service.router.add(Router::Match::Exact, "/", reading(), std::make_shared<http::Redirect>(homeOf(_settings)));
  }
}

void Server::addClientFiles() {
  if (!_settings.clientFiles.serve) return;
  const auto options = browserClient(_settings, _stack.cors());
  auto methods = reading();
  if (options.cors->enabled()) methods.emplace_back("OPTIONS");
  const auto files = std::make_shared<http::StaticFiles>(options);
  for (const auto& [path, file] : options.names) {
    _service.router.add(Router::Match::Exact, path, methods, files);
  }
}

void Server::addProbes() {
  _service.router.add(Router::Match::Exact, "/healthz", reading(), std::make_shared<Liveness>());
  _service.router.add(Router::Match::Exact, "/readyz", reading(), std::make_shared<ReadinessProbe>(_readiness));
}

void Server::start() {
  _stack.start();
  listen();
  startOperations();
  _readiness.start([this] { _stack.check(); });
  _loops.start();
  _running = true;
  _stack.watchPlugins(_reload);
  writePortFile();
  poco_information(Poco::Logger::get("app"), "serving url=" + urlOf(_settings.server.address, _port) +
                                                 " threads=" + std::to_string(_loops.size()));
}

void Server::startOperations() {
  const auto& operations = _settings.operations;
  if (operations.port == 0) return;
  requireFree(operations.address, operations.port);
  _operations = std::make_unique<Operations>(operations.address, operations.port, _readiness, _stack, _loops);
  _operations->start();
  poco_information(Poco::Logger::get("app"), "operations url=" + urlOf(operations.address, operations.port));
}

void Server::listen() {
  _port = _settings.server.port;
  requireFree(_settings.server.address, _port);
  for (unsigned index = 0; index < _loops.size(); ++index) {
    _acceptors.push_back(std::make_unique<net::Acceptor>(
        _loops.at(index), _settings.server.address, _port,
        [this](net::Loop&) { return std::make_unique<http::ServerConnection>(_service); }));
    _port = _acceptors.back()->port();  // port 0: the system chooses one for the first loop, which the others share
  }
}

void Server::writePortFile() const {
  const auto& file = _settings.server.portFile;
  if (file.empty()) return;
  // A script that waits for the file must not see it half written.
  const auto written = fs::path(file) += ".new";
  std::ofstream stream(written);
  stream << _port << '\n';
  stream.close();
  if (!stream) throw std::runtime_error("server.portFile " + file.string() + " can't be written");
  fs::rename(written, file);
}

void Server::stop() {
  if (!std::exchange(_running, false)) return;
  poco_information(Poco::Logger::get("app"), "stopping");
  const ShutdownDeadline deadline(_settings.server.shutdownTimeout + FlushTime + OrderTime);
  _readiness.drain();
  _service.draining = true;
  stopAccepting();
  _stack.drain(_settings.server.shutdownTimeout);
  waitForConnections();
  _stack.stopWorkers();
  _operations.reset();
  _loops.stop();
  _acceptors.clear();
  if (!_stack.stopPlugins()) ShutdownDeadline::endProcess();
  _readiness.stop();
  poco_information(Poco::Logger::get("app"), "stopped");
}

void Server::stopAccepting() {
  _loops.onEach([this](net::Loop& loop) { _acceptors[loop.index()]->close(); });
}

void Server::waitForConnections() {
  const auto end = std::chrono::steady_clock::now() + FlushTime;
  for (;;) {
    std::atomic<std::size_t> connections{0};
    _loops.onEach([&connections](net::Loop& loop) { connections += loop.connectionCount(); });
    if (connections == 0 || std::chrono::steady_clock::now() >= end) return;
    std::this_thread::sleep_for(FlushPoll);
  }
}

}  // namespace chat::app
