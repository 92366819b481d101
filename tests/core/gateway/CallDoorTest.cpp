// Every role of a plugin × every way in which a call ends other than well: what the client is told, what is counted,
// what the log says.
#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "Handlers.h"
#include "PluginRig.h"
#include "gateway/admission/Handshakes.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

using plugin::Execution;
using plugin::Request;

/// What the server logs while it lives.
class LogCapture final : public Poco::Channel {
 public:
  void log(const Poco::Message& message) override {
    const std::lock_guard lock(_mutex);
    _text += message.getText() + "\n";
  }
  void clear() {
    const std::lock_guard lock(_mutex);
    _text.clear();
  }
  bool has(const std::string& part) const {
    const std::lock_guard lock(_mutex);
    return _text.find(part) != std::string::npos;
  }

 private:
  mutable std::mutex _mutex;
  std::string _text;
};

/// The plugin under test: has every role, and does in all of them what the case says.
class Everything final : public plugin::PacketHandler,
                         public plugin::OutgoingHandler,
                         public plugin::NamespaceHandler,
                         public plugin::HandshakeHandler,
                         public plugin::ConnectHandler,
                         public plugin::DisconnectingHandler,
                         public plugin::DisconnectHandler,
                         public plugin::IdentityEndHandler,
                         public plugin::TimerHandler {
 public:
  enum class Doing { Work, Throw, Wait };

  explicit Everything(Execution execution) : _execution(execution) {}

  Execution execution() const noexcept override { return _execution; }
  void packet(const Request&) override { act(); }
  void outgoing(const plugin::Caller&, std::string_view, std::string_view) override { act(); }
  bool accepts(std::string_view, std::string_view, const plugin::Caller&) override {
    act();
    return true;
  }
  void handshake(const plugin::HandshakeRequest&, plugin::HandshakeResponse&) override { act(); }
  void connect(plugin::Admission& admission) override {
    if (_replays) return admission.holdEmits();
    act();
  }
  void connected(const plugin::Caller&, std::string_view, plugin::Replay&) override { act(); }
  void disconnecting(const plugin::Caller&, std::string_view, std::span<const std::string_view>) override { act(); }
  void disconnected(const plugin::Caller&, std::string_view) override { act(); }
  void identityEnded(const plugin::Caller&, const plugin::Identity&, std::string_view, plugin::Reply&) override {
    act();
  }
  void run() override { act(); }

  void act() {
    ++calls;
    if (doing == Doing::Throw) throw std::runtime_error("broken");
    if (doing == Doing::Wait) stall();
  }
  /// What a call that waits does: returns when it is let go, or on a loop when the watchdog has seen it.
  std::function<void()> stall = [] {};
  void replays() { _replays = true; }

  std::atomic<Doing> doing{Doing::Work};
  std::atomic<int> calls{0};

 private:
  const Execution _execution;
  bool _replays = false;
};

/// One server with the plugin, and a client that asks.
struct Scene {
  explicit Scene(Execution execution, Options options = sceneOptions()) : handler(execution), rig(options) {
    handler.stall = [this, execution] {
      if (execution == Execution::Worker) return latch.wait();
      for (const auto seen = rig.gateway.heldCalls(); rig.gateway.heldCalls() == seen;) std::this_thread::yield();
    };
  }
  static Options sceneOptions() {
    Options options;
    options.inlineLimit = base::Duration(5);
    options.admissionThreads = 1;
    options.admissionQueue = 1;
    return options;
  }
  static plugin::PluginLimits limits() {
    plugin::PluginLimits limits;
    limits.threads = 1;
    limits.queue = 1;
    limits.faults = {3, base::Duration(60'000), base::Duration(60'000)};
    return limits;
  }
  ~Scene() { latch.letGo(); }

  /// Installed once, while no thread logs: a logger's channel isn't to be changed beside one that does.
  static Poco::AutoPtr<LogCapture> installed() {
    static Poco::AutoPtr<LogCapture> capture = [] {
      Poco::AutoPtr<LogCapture> made(new LogCapture);
      Poco::Logger::root();  // else there may be no logger yet to set it on
      Poco::Logger::setLevel("", Poco::Message::PRIO_INFORMATION);
      Poco::Logger::setChannel("", made);
      return made;
    }();
    capture->clear();
    return capture;
  }

  Poco::AutoPtr<LogCapture> log = installed();
  Latch latch;
  Everything handler;
  PluginRig rig;
};

/// Of the answers that clients get, what the tables are about.
std::string brief(const std::string& packet) {
  for (const auto* code : {"404", "500", "503", "504"}) {
    if (packet.find("\"code\":\"" + std::string(code) + '"') == std::string::npos) continue;
    const std::string answer = code;
    if (packet.find("out of service") != std::string::npos) return answer + " out of service";
    if (packet.find("too busy") != std::string::npos) return answer + " busy";
    if (packet.find("being changed") != std::string::npos) return answer + " being changed";
    return answer;
  }
  return packet.starts_with('4') ? "refused" : "done";
}

/// Sends an event with an acknowledgement and gives the acknowledgement in brief.
std::string emitted(PluginRig& rig, PluginRig::Session& session, const std::string& event) {
  static std::atomic<int> last{100};
  const auto id = std::to_string(++last);
  rig.send(session, "2" + id + "[\"" + event + "\"]");
  return brief(rig.waitFor(session, "3" + id));
}

std::string entered(PluginRig& rig, const std::string& nsp) {
  auto& session = rig.open();
  rig.send(session, "0" + (nsp == "/" ? "" : nsp + ","));
  return brief(rig.wait(session, 1)[0]);
}

std::string shaken(PluginRig& rig) {
  const auto decided = std::make_shared<std::promise<engineio::HandshakeVerdict>>();
  std::shared_ptr<engineio::HandshakeGate::Question> question;
  rig.onLoop(0, [&] {
    auto& gate = rig.gateway.doors(0).handshakes;
    if (!gate.isGuarded()) return decided->set_value({});
    question = gate.ask(std::make_shared<engineio::Handshake>(), "polling",
                        [decided](engineio::HandshakeVerdict verdict) { decided->set_value(std::move(verdict)); });
  });
  auto verdict = decided->get_future();
  // engine.handshakeTimeout is Engine.IO's: it withdraws the question and answers 503 itself.
  if (verdict.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
    bool isOver = false;
    rig.onLoop(0, [&] {
      if (question) question->withdraw(true);
      isOver = true;
    });
    return isOver ? "503 by Engine.IO" : "";
  }
  const auto said = verdict.get();
  if (!said.refusal) return "done";
  if (said.message.find("out of service") != std::string::npos) return "503 out of service";
  if (said.message.find("too busy") != std::string::npos) return "503 busy";
  if (said.message.find("being changed") != std::string::npos) return "503 being changed";
  return "503";
}

/// A role: how the plugin gets it, and how a client has it called and what it notices.
struct Role {
  const char* name;  ///< as it is counted
  const char* title;
  Execution execution;
  std::function<void(Everything&, ScriptedPlugin&, plugin::Registrar&)> give;
  std::function<std::string(PluginRig&)> provoke;
};

const std::vector<Role>& roles() {
  using plugin::Registrar;
  static const auto own = [](Everything& all, ScriptedPlugin& plugin, Registrar& registrar) {
    plugin.on(registrar, "own", all.execution(), [&all](const Request&, plugin::Reply& reply) {
      all.act();
      reply.acknowledgeArgs("");
    });
  };
  static const auto any = [](Everything& all, ScriptedPlugin& plugin, Registrar& registrar) {
    registrar.onAny(*plugin.handlers.emplace_back(
        std::make_unique<FunctionHandler>(all.execution(), [&all](const Request&, plugin::Reply&) { all.act(); })));
  };
  static const auto emits = [](const char* event) {
    return [event](PluginRig& rig) { return emitted(rig, rig.firstSession(), event); };
  };
  static const auto leaves = [](PluginRig& rig) {
    const auto client = rig.connect(0);
    rig.close(client.session);
    return std::string("left");
  };
  static const std::vector<Role> table{
      {"own", "event on a worker", Execution::Worker, own, emits("own")},
      {"own", "event on the loop", Execution::Inline, own, emits("own")},
      {plugin::role::Packet, "packet on a worker", Execution::Worker,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onPacket(1, all); }, emits("echo")},
      {plugin::role::Packet, "packet on the loop", Execution::Inline,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onPacket(1, all); }, emits("echo")},
      {plugin::role::Any, "any, of an event with a handler", Execution::Worker, any, emits("echo")},
      {plugin::role::Any, "any, of an event without one", Execution::Worker, any, emits("free")},
      {plugin::role::Any, "any on the loop", Execution::Inline, any, emits("free")},
      {plugin::role::Namespace, "namespace", Execution::Worker,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onNamespace(all); },
       [](PluginRig& rig) { return entered(rig, "/made"); }},
      {plugin::role::Namespace, "namespace on the loop", Execution::Inline,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onNamespace(all); },
       [](PluginRig& rig) { return entered(rig, "/made"); }},
      {plugin::role::Connect, "connect", Execution::Worker,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onConnect(1, all); },
       [](PluginRig& rig) { return entered(rig, "/"); }},
      {plugin::role::Replay, "replay", Execution::Worker,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) {
         all.replays();
         registrar.onConnect(1, all);
       },
       [](PluginRig& rig) {
         auto& session = rig.open();
         rig.send(session, "0");
         const auto answer = brief(rig.wait(session, 1)[0]);
         if (answer != "done") return answer;
         rig.waitUntilClosed(session);
         return std::string("dropped");
       }},
      {plugin::role::Handshake, "handshake", Execution::Worker,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onHandshake(1, all); }, shaken},
      {plugin::role::Outgoing, "outgoing", Execution::Inline,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onOutgoing(all); }, emits("emit")},
      {plugin::role::Disconnecting, "disconnecting on a worker", Execution::Worker,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onDisconnecting(all); }, leaves},
      {plugin::role::Disconnecting, "disconnecting on the loop", Execution::Inline,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onDisconnecting(all); }, leaves},
      {plugin::role::Disconnect, "disconnect", Execution::Worker,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onDisconnect(all); }, leaves},
      {plugin::role::IdentityEnd, "end of an identity", Execution::Inline,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) { registrar.onIdentityEnd(all); },
       [](PluginRig& rig) {
         const auto answer = emitted(rig, rig.firstSession(), "become");
         rig.gateway.emitter().revoke("token");
         return answer == "done" ? std::string("revoked") : answer;
       }},
      {plugin::role::Timer, "timer", Execution::Worker,
       [](Everything& all, ScriptedPlugin&, Registrar& registrar) {
         registrar.onTimer("tick", std::chrono::milliseconds(10), all);
       },
       [](PluginRig&) { return std::string("runs by itself"); }},
  };
  return table;
}

/// What is seen of one ending in one role.
struct Expected {
  const char* answer;
  std::uint64_t Totals::*counted;  ///< grows
  const char* logged;              ///< part of a line; empty: nothing is said of it
};

void loadAll(Scene& scene, const Role& role, std::chrono::milliseconds timeout) {
  auto limits = Scene::limits();
  limits.timeout = timeout;
  scene.rig.load(
      {"own"},
      [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
        if (std::string_view(role.name) != "own") plugin.on(registrar, "own", Execution::Inline, [](auto&, auto&) {});
        role.give(scene.handler, plugin, registrar);
      },
      limits);
  scene.rig.load({"echo", "emit", "become"},
                 [](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
                   plugin.on(registrar, "echo", Execution::Inline,
                             [](const Request&, plugin::Reply& reply) { reply.acknowledgeArgs(""); });
                   plugin.on(registrar, "become", Execution::Inline, [](const Request&, plugin::Reply& reply) {
                     reply.setIdentity(plugin::Identity{{"somebody"}, "Somebody", "token", {}});
                     reply.acknowledgeArgs("");
                   });
                   plugin.on(registrar, "emit", Execution::Inline, [](const Request&, plugin::Reply& reply) {
                     reply.emit("emitted", "");
                     reply.acknowledgeArgs("");
                   });
                 });
}

std::uint64_t counted(Scene& scene, const Role& role, std::uint64_t Totals::*what) {
  return scene.rig.generations[0]->statsOf(role.name)->totals().*what;
}

/// Waits for what is so after other threads have done their part.
void eventually(const std::string& what, const std::function<bool()>& isSo) {
  for (int i = 0; i < 5000; ++i) {
    if (isSo()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CPPUNIT_FAIL("waited in vain: " + what);
}

void check(Scene& scene, const Role& role, const char* ending, const Expected& expected,
           const std::function<std::string()>& provoke) {
  const std::string what = std::string(role.title) + ", " + ending;
  const auto before = expected.counted ? counted(scene, role, expected.counted) : 0;
  const auto answer = provoke();
  CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::string(expected.answer), answer);
  if (expected.counted) {
    eventually(what + ": counted", [&] { return counted(scene, role, expected.counted) > before; });
  }
  if (*expected.logged) eventually(what + ": logged", [&] { return scene.log->has(expected.logged); });
}

using Table = std::map<std::string, Expected>;

}  // namespace

class CallDoorTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CallDoorTest);
  CPPUNIT_TEST(whatThrows);
  CPPUNIT_TEST(whatTakesTooLong);
  CPPUNIT_TEST(whatIsOutOfService);
  CPPUNIT_TEST(whatIsBusy);
  CPPUNIT_TEST(whatIsRetired);
  CPPUNIT_TEST_SUITE_END();

 public:
  void whatThrows() {
    const auto* const fault = "broken";
    forEachRole({{"event on a worker", {"500", &Totals::faults, fault}},
                 {"event on the loop", {"500", &Totals::faults, fault}},
                 {"packet on a worker", {"500", &Totals::faults, fault}},
                 {"packet on the loop", {"500", &Totals::faults, fault}},
                 {"any, of an event with a handler", {"done", &Totals::faults, fault}},
                 {"any, of an event without one", {"500", &Totals::faults, fault}},
                 {"any on the loop", {"500", &Totals::faults, fault}},
                 {"namespace", {"500", &Totals::faults, fault}},
                 {"namespace on the loop", {"500", &Totals::faults, fault}},
                 {"connect", {"500", &Totals::faults, fault}},
                 {"replay", {"dropped", &Totals::faults, fault}},
                 {"handshake", {"503", &Totals::faults, fault}},
                 {"outgoing", {"done", &Totals::faults, fault}},
                 {"disconnecting on a worker", {"left", &Totals::faults, fault}},
                 {"disconnecting on the loop", {"left", &Totals::faults, fault}},
                 {"disconnect", {"left", &Totals::faults, fault}},
                 {"end of an identity", {"revoked", &Totals::faults, fault}},
                 {"timer", {"runs by itself", &Totals::faults, fault}}},
                "threw", [](Scene& scene, const Role& role, const Expected& expected) {
                  check(scene, role, "threw", expected, [&] {
                    scene.handler.doing = Everything::Doing::Throw;
                    return role.provoke(scene.rig);
                  });
                });
  }

  void whatTakesTooLong() {
    const auto* const late = "has run for more than 50 ms";
    const auto* const moved = "from now on it runs on workers";
    const auto* const stays = "as it can't run elsewhere";
    forEachRole({{"event on a worker", {"504", &Totals::timeouts, late}},
                 {"event on the loop", {"done", &Totals::calls, moved}},
                 {"packet on a worker", {"504", &Totals::timeouts, late}},
                 {"packet on the loop", {"done", &Totals::calls, moved}},
                 {"any, of an event with a handler", {"done", &Totals::timeouts, late}},
                 {"any, of an event without one", {"504", &Totals::timeouts, late}},
                 {"any on the loop", {"404", &Totals::calls, moved}},
                 {"namespace", {"504", &Totals::timeouts, late}},
                 {"namespace on the loop", {"done", &Totals::calls, moved}},
                 {"connect", {"504", &Totals::timeouts, late}},
                 {"replay", {"dropped", &Totals::timeouts, late}},
                 {"handshake", {"503 by Engine.IO", &Totals::timeouts, "has not returned in engine.handshakeTimeout"}},
                 {"outgoing", {"done", &Totals::timeouts, stays}},
                 {"disconnecting on a worker", {"left", &Totals::timeouts, late}},
                 {"disconnecting on the loop", {"left", &Totals::timeouts, stays}},
                 {"disconnect", {"left", &Totals::timeouts, late}},
                 {"end of an identity", {"revoked", &Totals::timeouts, stays}},
                 {"timer", {"runs by itself", &Totals::timeouts, late}}},
                "too long", [](Scene& scene, const Role& role, const Expected& expected) {
                  check(scene, role, "too long", expected, [&] {
                    scene.handler.doing = Everything::Doing::Wait;
                    return role.provoke(scene.rig);
                  });
                });
  }

  void whatIsOutOfService() {
    const auto* const out = "is out of service, as its handlers fail too often";
    forEachRole({{"event on a worker", {"503 out of service", &Totals::rejected, out}},
                 {"event on the loop", {"503 out of service", &Totals::rejected, out}},
                 {"packet on a worker", {"503 out of service", &Totals::rejected, out}},
                 {"packet on the loop", {"503 out of service", &Totals::rejected, out}},
                 {"any, of an event with a handler", {"done", &Totals::rejected, out}},
                 {"any, of an event without one", {"503 out of service", &Totals::rejected, out}},
                 {"any on the loop", {"503 out of service", &Totals::rejected, out}},
                 {"namespace", {"503 out of service", &Totals::rejected, out}},
                 {"namespace on the loop", {"503 out of service", &Totals::rejected, out}},
                 {"connect", {"503 out of service", &Totals::rejected, out}},
                 {"replay", {"503 out of service", nullptr, out}},  // its connect handler lets nobody in
                 {"handshake", {"503 out of service", &Totals::rejected, out}},
                 {"outgoing", {"done", &Totals::rejected, out}},
                 {"disconnecting on a worker", {"left", &Totals::calls, out}},  // is told all the same
                 {"disconnecting on the loop", {"left", &Totals::calls, out}},
                 {"disconnect", {"left", &Totals::calls, out}},
                 {"end of an identity", {"revoked", &Totals::calls, out}},  // likewise
                 {"timer", {"runs by itself", &Totals::rejected, out}}},
                "out of service", [](Scene& scene, const Role& role, const Expected& expected) {
                  auto& faults = scene.rig.generations[0]->faults();
                  scene.handler.doing = Everything::Doing::Throw;
                  for (int i = 0; i < 3; ++i) {
                    const auto before = counted(scene, role, &Totals::faults);
                    role.provoke(scene.rig);
                    eventually("a fault", [&] { return counted(scene, role, &Totals::faults) > before; });
                  }
                  eventually("out of service", [&] { return faults.state() == plugin::FaultWindow::State::Out; });
                  scene.handler.doing = Everything::Doing::Work;
                  check(scene, role, "out of service", expected, [&] { return role.provoke(scene.rig); });
                });
  }

  void whatIsBusy() {
    // Its one worker is busy and its queue is full. Who waits on the server's own threads, or runs on the loop, isn't
    // concerned.
    forEachRole({{"event on a worker", {"503 busy", &Totals::rejected, ""}},
                 {"packet on a worker", {"503 busy", &Totals::rejected, ""}},
                 {"any, of an event with a handler", {"done", &Totals::rejected, ""}},
                 {"any, of an event without one", {"503 busy", &Totals::rejected, ""}},
                 {"handshake", {"503 busy", &Totals::rejected, ""}},
                 {"timer", {"runs by itself", &Totals::rejected, ""}}},
                "busy", [](Scene& scene, const Role& role, const Expected& expected) {
                  auto& workers = scene.rig.generations[0]->workers();
                  const auto task = [&scene] { scene.latch.wait(); };
                  eventually("one that is busy", [&] { return workers.trySubmit(task); });
                  eventually("a worker that has begun", [&] { return workers.queued() == 0; });
                  eventually("one that waits", [&] { return workers.trySubmit(task); });
                  check(scene, role, "busy", expected, [&] { return role.provoke(scene.rig); });
                });
    // Those of connections wait for the server's own threads.
    forEachRole(
        {{"namespace", {"503 busy", nullptr, ""}}, {"connect", {"503 busy", nullptr, ""}}}, "busy",
        [](Scene& scene, const Role& role, const Expected& expected) {
          const auto& threads = scene.rig.gateway.admissions();
          const std::string nsp = role.name == std::string_view(plugin::role::Connect) ? "0" : "0/made,";
          scene.handler.doing = Everything::Doing::Wait;
          scene.rig.send(scene.rig.open(), nsp);
          eventually("a thread that has begun", [&] { return threads.running() == 1 && threads.queued() == 0; });
          scene.rig.send(scene.rig.open(), nsp);
          eventually("one that waits", [&] { return threads.queued() == 1; });
          check(scene, role, "busy", expected, [&] { return role.provoke(scene.rig); });
        },
        std::chrono::milliseconds(0));
  }

  void whatIsRetired() {
    // The plugin lets nobody in any more and has no successor; the handler table still names it.
    forEachRole({{"event on a worker", {"404", nullptr, ""}},
                 {"event on the loop", {"404", nullptr, ""}},
                 {"packet on a worker", {"done", nullptr, ""}},
                 {"packet on the loop", {"done", nullptr, ""}},
                 {"any, of an event with a handler", {"done", nullptr, ""}},
                 {"any, of an event without one", {"404", nullptr, ""}},
                 {"any on the loop", {"404", nullptr, ""}},
                 {"namespace", {"503 being changed", nullptr, ""}},
                 {"namespace on the loop", {"503 being changed", nullptr, ""}},
                 {"connect", {"503 being changed", nullptr, ""}},
                 {"replay", {"503 being changed", nullptr, ""}},
                 {"handshake", {"503 being changed", nullptr, ""}},
                 {"outgoing", {"done", nullptr, ""}},
                 {"disconnecting on a worker", {"left", nullptr, ""}},
                 {"disconnecting on the loop", {"left", nullptr, ""}},
                 {"disconnect", {"left", nullptr, ""}},
                 {"end of an identity", {"revoked", nullptr, ""}},
                 {"timer", {"runs by itself", nullptr, ""}}},
                "retired", [](Scene& scene, const Role& role, const Expected& expected) {
                  scene.rig.generations[0]->close();
                  eventually("nobody inside", [&] { return scene.rig.generations[0]->callsInside() == 0; });
                  const auto before = scene.handler.calls.load();
                  check(scene, role, "retired", expected, [&] { return role.provoke(scene.rig); });
                  eventually("all is done", [&] { return scene.rig.gateway.idle(); });
                  CPPUNIT_ASSERT_EQUAL_MESSAGE(role.title, before, scene.handler.calls.load());
                });
  }

 private:
  using Run = std::function<void(Scene&, const Role&, const Expected&)>;

  static void forEachRole(const Table& table, const char* ending, const Run& run,
                          std::chrono::milliseconds timeout = std::chrono::milliseconds(50)) {
    std::size_t found = 0;
    for (const auto& role : roles()) {
      const auto expected = table.find(role.title);
      if (expected == table.end()) continue;
      ++found;
      Scene scene(role.execution);
      // One client is there before the plugin, which may let nobody in.
      scene.rig.connectFirst();
      loadAll(scene, role, timeout);
      run(scene, role, expected->second);
      scene.handler.doing = Everything::Doing::Work;
      scene.latch.letGo();
    }
    CPPUNIT_ASSERT_EQUAL_MESSAGE(ending, table.size(), found);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CallDoorTest);

}  // namespace chat::gateway
