// Hosts the conformance plugin: serve [--port N] [--eio3 on|off] [--ping-interval MS] [--ping-timeout MS] [--loops N]
// [--welcome on|off] [--farewell on|off] [--deflate off|on|context]
// [--built-in off|echo|counted] --plugins FOLDER
// --built-in: the event `echo` is handled without the plugin, to be measured; `counted`: with a plugin's statistics.
#include <Poco/ConsoleChannel.h>
#include <Poco/Logger.h>
#include <signal.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "conformance/BuiltInEcho.h"
#include "data/Database.h"
#include "engineio/Server.h"
#include "gateway/Gateway.h"
#include "http/ServerConnection.h"
#include "net/Acceptor.h"
#include "net/LoopGroup.h"
#include "net/SystemLimits.h"
#include "plugin/folder/PluginHost.h"
#include "socketio/Server.h"
#include "websocket/Handshake.h"
#include "websocket/Upgrade.h"

namespace {

using namespace chat;

class NoDatabase final : public data::Database {
 public:
  data::Dialect dialect() const noexcept override { return data::Dialect::Sqlite; }
  void read(const data::Work&) override { throw data::Unavailable("the conformance server has no database"); }
  void transaction(const data::Work& work) override { read(work); }
  void commitTogether(const data::Work& work, std::function<void()>) override { read(work); }
};

std::map<std::string, std::string> parse(int argc, char** argv) {
  std::map<std::string, std::string> options{{"port", "0"},
                                             {"eio3", "on"},
                                             {"ping-interval", "1000"},
                                             {"ping-timeout", "1000"},
                                             {"loops", "1"},
                                             {"deflate", "off"},
                                             {"connect-timeout", "1000"},
                                             {"welcome", "on"},
                                             {"farewell", "on"},
                                             {"recovery", "off"},
                                             {"parser", "default"},
                                             {"recovery-duration", "120000"},
                                             {"recovery-packets", "10000"},
                                             {"plugins", ""},
                                             {"built-in", "off"},
                                             {"max-payload", "1000000"}};
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = std::string(argv[i]).substr(2);
    if (!options.contains(name)) throw std::runtime_error("unknown option " + std::string(argv[i]));
    options[name] = argv[i + 1];
  }
  return options;
}

/// Answers every method with the request's body.
class HttpEcho final : public http::RequestHandler {
 public:
  void handle(http::Exchange& exchange) override {
    exchange.respond({200, "application/octet-stream", exchange.request().body});
  }
  std::size_t bodyLimit() const noexcept override { return 1'000'000; }
};

/// Raw Engine.IO: sends back each message unchanged.
class EngineEcho final : public engineio::SessionAcceptor, private engineio::SessionListener {
 public:
  engineio::SessionListener& onSession(engineio::Session&) override { return *this; }

 private:
  void onText(engineio::Session& session, std::string_view text) override { session.sendText(std::span(&text, 1)); }
  void onBinary(engineio::Session& session, std::string_view bytes) override { session.sendBinary(bytes); }
  void onClosed(engineio::Session&, engineio::CloseReason) override {}
};

/// Raw WebSocket: sends back each message with its type. Allows large messages and many fragments, as sent by the
/// Autobahn suite.
class WebSocketEcho final : public http::RequestHandler {
 public:
  void handle(http::Exchange& exchange) override {
    if (const auto error = websocket::check(exchange.request())) return exchange.respond(websocket::refusal(*error));
    websocket::Options options;
    options.limits = {32U << 20, 1U << 20};
    options.deflate.enabled = true;
    options.deflate.threshold = 0;
    options.deflate.maxSize = options.limits.maxMessage;
    options.deflate.serverNoContextTakeover = false;
    auto& session = websocket::accept(exchange, options, nullptr, {});
    session.setSink(std::make_unique<Sink>(session).release());  // deletes itself when the connection ends
  }

 private:
  class Sink final : public websocket::MessageSink {
   public:
    explicit Sink(websocket::Session& session) : _session(session) {}
    void onText(std::string_view text) override { _session.sendText(std::span(&text, 1)); }
    void onBinary(std::string_view bytes) override { _session.sendBinary(bytes); }
    void onClosed(websocket::CloseCode) override { delete this; }

   private:
    websocket::Session& _session;
  };
};

int serve(int argc, char** argv) {
  const auto given = parse(argc, argv);
  const auto ms = [&](const char* name) { return base::Duration(std::stoi(given.at(name))); };
  auto& logger = Poco::Logger::root();
  logger.setChannel(Poco::AutoPtr<Poco::Channel>(new Poco::ConsoleChannel(std::cerr)));

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  net::claimSystemLimits();
  net::Loop::Options loopOptions;
  loopOptions.sendQueueLimit = 64U << 20;
  net::LoopGroup loops(static_cast<unsigned>(std::stoi(given.at("loops"))), loopOptions);
  NoDatabase database;
  gateway::Options gatewayOptions;
  gatewayOptions.recovery.enabled = given.at("recovery") == "on";
  gatewayOptions.recovery.maxDisconnectionDuration = ms("recovery-duration");
  gatewayOptions.recovery.confirmedAfter = ms("ping-interval") + 2 * ms("ping-timeout");
  gatewayOptions.recovery.maxPackets = std::stoul(given.at("recovery-packets"));
  if (given.at("parser") == "msgpack") gatewayOptions.parser = socketio::Parser::Msgpack;
  gateway::Gateway gateway(loops, gatewayOptions, logger);
  plugin::PluginHost::Options hostOptions;
  hostOptions.folder = given.at("plugins");
  hostOptions.runFolder = std::filesystem::temp_directory_path() / ("conformance-" + std::to_string(getpid()));
  hostOptions.properties = [&](const std::string& key) -> std::optional<std::string> {
    for (const char* name : {"welcome", "farewell"}) {
      if (key == std::string("conformance.") + name) return given.at(name) == "on" ? "true" : "false";
    }
    return std::nullopt;
  };
  plugin::PluginHost host(hostOptions, {database, gateway.emitter(), &gateway.sockets()}, logger);
  host.load();
  gateway.open(host.tables());

  socketio::Options socketOptions;
  socketOptions.namespaces = {"/", "/custom", "/auth"};
  socketOptions.parser = gatewayOptions.parser;
  socketOptions.connectTimeout = ms("connect-timeout");
  const auto& builtIn = given.at("built-in");
  std::vector<std::unique_ptr<conformance::BuiltInEcho>> builtIns;
  std::vector<std::unique_ptr<socketio::Server>> servers;
  for (unsigned i = 0; i < loops.size(); ++i) {
    socketio::EventSink* sink = &gateway.doors(i).sockets;
    if (builtIn != "off") {
      sink = builtIns
                 .emplace_back(std::make_unique<conformance::BuiltInEcho>(
                     loops.at(i), *sink, host.tables(), gateway.emitter(), gatewayOptions, builtIn == "counted"))
                 .get();
    }
    servers.push_back(std::make_unique<socketio::Server>(loops.at(i), socketOptions, *sink));
    gateway.setServer(i, *servers.back());
  }
  engineio::Options engineOptions;
  engineOptions.pingInterval = ms("ping-interval");
  engineOptions.pingTimeout = ms("ping-timeout");
  engineOptions.maxPayload = static_cast<std::size_t>(std::stoul(given.at("max-payload")));
  engineOptions.allowEio3 = given.at("eio3") == "on";
  engineOptions.webSocketOptions.deflate.enabled = given.at("deflate") != "off";
  engineOptions.webSocketOptions.deflate.serverNoContextTakeover = given.at("deflate") != "context";
  http::CorsPolicy::Options cors;
  cors.origins = {"*"};
  engineOptions.cors = std::make_shared<http::CorsPolicy>(cors);
  auto engine = std::make_shared<engineio::Server>(
      engineOptions, loops, [&](net::Loop& loop) -> engineio::SessionAcceptor& { return *servers[loop.index()]; });

  EngineEcho echo;
  engineOptions.path = "/engine.io/";
  engineOptions.socketIoText = false;
  auto rawEngine = std::make_shared<engineio::Server>(engineOptions, loops,
                                                      [&](net::Loop&) -> engineio::SessionAcceptor& { return echo; });

  http::Service service;
  service.router.add(http::Router::Match::Prefix, "/engine.io/", {}, rawEngine);
  service.router.add(http::Router::Match::Exact, "/echo", {}, std::make_shared<WebSocketEcho>());
  service.router.add(http::Router::Match::Prefix, "/socket.io/", {}, engine);
  service.router.add(http::Router::Match::Prefix, "/", {}, std::make_shared<HttpEcho>());
  std::vector<std::unique_ptr<net::Acceptor>> acceptors;
  auto port = static_cast<std::uint16_t>(std::stoi(given.at("port")));
  for (unsigned i = 0; i < loops.size(); ++i) {
    acceptors.push_back(std::make_unique<net::Acceptor>(
        loops.at(i), "127.0.0.1", port, [&](net::Loop&) { return std::make_unique<http::ServerConnection>(service); }));
    port = acceptors.back()->port();
  }
  loops.start();
  std::cout << "listening on " << port << " pid " << getpid() << std::endl;
  int received = 0;
  sigwait(&signals, &received);
  gateway.stop();
  loops.stop();
  host.stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return serve(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "conformance server: " << error.what() << "\n";
    return 1;
  }
}
