#pragma once

#include <Poco/Logger.h>
#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/socketio/Rig.h"
#include "data/Database.h"
#include "gateway/Gateway.h"
#include "net/LoopGroup.h"
#include "plugin/run/Generation.h"
#include "socketio/Server.h"

namespace chat::gateway {

/// An event handler made of a function.
class FunctionHandler final : public plugin::EventHandler {
 public:
  using Call = std::function<void(const plugin::Request&, plugin::Reply&)>;
  FunctionHandler(plugin::Execution execution, Call call) : _execution(execution), _call(std::move(call)) {}
  plugin::Execution execution() const noexcept override { return _execution; }
  void handle(const plugin::Request& request, plugin::Reply& reply) override { _call(request, reply); }

 private:
  plugin::Execution _execution;
  Call _call;
};

/// A plugin whose start is the test's.
struct ScriptedPlugin final : plugin::Plugin {
  std::function<void(plugin::Context&, plugin::Registrar&)> script;
  std::function<void()> onStop = [] {};
  std::vector<std::unique_ptr<FunctionHandler>> handlers;
  plugin::Context* context = nullptr;

  void on(plugin::Registrar& registrar, std::string_view event, plugin::Execution execution,
          FunctionHandler::Call call) {
    registrar.onEvent(event, *handlers.emplace_back(std::make_unique<FunctionHandler>(execution, std::move(call))));
  }
  void start(plugin::Context& given, plugin::Registrar& registrar) override {
    context = &given;
    if (script) script(given, registrar);
  }
  void stop() noexcept override { onStop(); }
};

class AbsentDatabase final : public data::Database {
 public:
  data::Dialect dialect() const noexcept override { return data::Dialect::Sqlite; }
  void read(const data::Work&) override { throw data::Unavailable("none"); }
  void transaction(const data::Work&) override { throw data::Unavailable("none"); }
  void commitTogether(const data::Work&, std::function<void()>) override { throw data::Unavailable("none"); }
};

/// Two loops with Socket.IO servers, real sockets on fake sessions, and plugins that the test scripts.
class PluginRig {
 public:
  using Session = socketio::test::FakeSession;

  explicit PluginRig(Options options = {}, const socketio::Options& socketOptions = {})
      : gateway(_loops, options, Poco::Logger::get("test")) {
    gateway.open(_tables);
    for (unsigned i = 0; i < _loops.size(); ++i) {
      _servers.push_back(std::make_unique<socketio::Server>(_loops.at(i), socketOptions, gateway.doors(i).sockets));
      gateway.setServer(i, *_servers.back());
    }
    _loops.start();
  }
  ~PluginRig() noexcept(false) {
    for (auto& session : _sessions) {
      on(session->loop(), [&] { session->end(engineio::CloseReason::ServerShutdown); });
    }
    gateway.stop();
    for (auto& generation : generations) {
      CPPUNIT_ASSERT(generation->retire(std::chrono::seconds(10)) != plugin::Generation::Retired::Busy);
    }
    _loops.onEach([this](net::Loop& loop) { _servers[loop.index()].reset(); });
    _loops.stop();
  }

  using Script = std::function<void(ScriptedPlugin&, plugin::Context&, plugin::Registrar&)>;
  ScriptedPlugin& load(std::vector<std::string> events, Script script, plugin::PluginLimits limits = {}) {
    plugin::LibraryIdentity identity;
    identity.name = "plugin" + std::to_string(generations.size());
    identity.version = "1";
    identity.build = plugin::BuildIdentity::host();
    identity.events = std::move(events);
    auto object = std::make_unique<ScriptedPlugin>();
    auto& loaded = *object;
    loaded.script = [&loaded, script = std::move(script)](plugin::Context& context, plugin::Registrar& registrar) {
      if (script) script(loaded, context, registrar);
    };
    generations.push_back(std::make_shared<plugin::Generation>(
        identity, plugin::SettingsSnapshot{}, limits, generations.size() + 1,
        plugin::HostServices{_database, gateway.emitter(), &gateway.sockets(), nullptr, nullptr, &_scheduler}));
    generations.back()->start(std::move(object));
    _tables.publish(std::make_shared<const plugin::HandlerTable>(generations));
    return loaded;
  }

  /// A client on that loop that has entered `/`, and its socket's id.
  struct Client {
    Session& session;
    std::string id;
  };
  /// One that is in no namespace yet.
  Session& open(unsigned loop = 0) {
    auto& session = *_sessions.emplace_back(std::make_unique<Session>(_loops.at(loop), 4, true));
    on(session.loop(), [&] { session.listener = &_servers[loop]->onSession(session); });
    return session;
  }
  Client connect(unsigned loop = 0, std::string_view payload = "") {
    auto& session = open(loop);
    send(session, "0" + std::string(payload));
    const auto sent = wait(session, 1);
    CPPUNIT_ASSERT_MESSAGE(sent[0], sent[0].starts_with(R"(0{"sid":")"));
    const auto id = sent[0].substr(9, 20);
    on(session.loop(), [&] { session.sent.clear(); });
    return {session, id};
  }
  bool serves(unsigned loop, std::string_view nsp) {
    bool found = false;
    on(_loops.at(loop), [&] { found = _servers[loop]->find(nsp) != nullptr; });
    return found;
  }
  /// Takes a plugin out, as removing its file does.
  void remove(std::size_t number) {
    const auto generation = generations.at(number);
    generations.erase(generations.begin() + static_cast<std::ptrdiff_t>(number));
    _tables.publish(std::make_shared<const plugin::HandlerTable>(generations));
    CPPUNIT_ASSERT(generation->retire(std::chrono::seconds(10)) != plugin::Generation::Retired::Busy);
  }
  void send(Session& session, const std::string& packet) {
    on(session.loop(), [&] {
      if (session.listener) session.listener->onText(session, packet);
    });
  }
  void close(Session& session) {
    on(session.loop(), [&] { session.end(engineio::CloseReason::TransportClose); });
  }
  /// What was sent to the client, once there are so many packets; fails after ten seconds.
  std::vector<std::string> wait(Session& session, std::size_t count) {
    std::vector<std::string> sent;
    until(session, "a packet", [&] { return (sent = session.sent).size() >= count; });
    return sent;
  }
  /// The packet that was sent to the client and begins so; fails after ten seconds.
  std::string waitFor(Session& session, const std::string& beginning) {
    std::string found;
    until(session, "a packet", [&] {
      for (const auto& packet : session.sent) {
        if (packet.starts_with(beginning)) found = packet;
      }
      return !found.empty();
    });
    return found;
  }
  /// The first client of all.
  void connectFirst() { connect(0); }
  Session& firstSession() { return *_sessions.front(); }
  /// The connection has ended; fails after ten seconds.
  void waitUntilClosed(Session& session) {
    until(session, "the end of a connection", [&] { return session.closed.has_value(); });
  }
  void onLoop(unsigned number, const std::function<void()>& call) { on(_loops.at(number), call); }
  void on(net::Loop& loop, const std::function<void()>& call) {
    _loops.onEach([&](net::Loop& each) {
      if (&each == &loop) call();
    });
  }

 private:
  AbsentDatabase _database;
  net::LoopGroup _loops{2, {}};
  exec::Scheduler _scheduler;
  plugin::TablePublication _tables;

 public:
  Gateway gateway;
  std::vector<std::shared_ptr<plugin::Generation>> generations;

 private:
  /// Looks on the session's loop until it is so.
  template <typename Condition>
  void until(Session& session, const std::string& what, Condition&& isSo) {
    for (int i = 0; i < 10'000; ++i) {
      bool found = false;
      on(session.loop(), [&] { found = isSo(); });
      if (found) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    CPPUNIT_FAIL("waited in vain for " + what);
  }

  std::vector<std::unique_ptr<socketio::Server>> _servers;
  std::vector<std::unique_ptr<Session>> _sessions;
};

}  // namespace chat::gateway
