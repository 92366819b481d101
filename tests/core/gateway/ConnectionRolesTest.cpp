// The handlers of connections: who comes in, what is replayed to them, who leaves.
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <future>
#include <thread>

#include "Handlers.h"
#include "PluginRig.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

using plugin::AppError;
using plugin::Execution;
using plugin::Request;
using Lines = std::vector<std::string>;

class Leavers final : public plugin::DisconnectingHandler, public plugin::DisconnectHandler {
 public:
  Leavers(Execution execution, Notes& notes) : _execution(execution), _notes(notes) {}
  Execution execution() const noexcept override { return _execution; }
  void disconnecting(const plugin::Caller&, std::string_view reason, std::span<const std::string_view> rooms) override {
    std::string line = _execution == Execution::Inline ? "inline " : "worker ";
    line += reason;
    for (const auto room : rooms.subspan(1)) line += " " + std::string(room);
    _notes.add(line);
  }
  void disconnected(const plugin::Caller&, std::string_view reason) override {
    _notes.add("left " + std::string(reason));
    left.set_value();
  }
  std::promise<void> left;

 private:
  Execution _execution;
  Notes& _notes;
};

/// Does as the test says.
class Gatekeeper final : public plugin::ConnectHandler, public plugin::DisconnectHandler {
 public:
  void connect(plugin::Admission& admission) override {
    ++asked;
    if (admission.auth() == R"({"do":"fail"})") throw std::runtime_error("broken");
    if (admission.auth() == R"({"do":"wait"})") _latch.wait();
    admission.setIdentity({{"somebody"}, "Somebody", "token", {}});
  }
  void disconnected(const plugin::Caller&, std::string_view) override {
    if (asked == 1) _latch.wait();
    left.set_value();
  }
  void letGo() { _latch.letGo(); }
  std::atomic<int> asked{0};
  std::promise<void> left;

 private:
  Latch _latch;
};

/// Has something to send to whoever comes in, and does as the client says then.
class Replayer final : public plugin::ConnectHandler {
 public:
  void connect(plugin::Admission& admission) override { admission.holdEmits(); }
  void connected(const plugin::Caller&, std::string_view auth, plugin::Replay& replay) override {
    ++begun;
    if (auth == R"({"do":"fail"})") throw std::runtime_error("broken");
    if (auth == R"({"do":"wait"})") {
      latch.wait();
      wasSentLate = replay.emit("late", "0", 0);
    }
    for (const auto* number : {"1", "2"}) replay.emit("missed", number, 0);
  }
  std::atomic<int> begun{0};
  std::atomic<bool> wasSentLate{false};
  Latch latch;
};

/// One that waits when it hears of an end, on a worker, and then hears the rest.
class Lingering final : public plugin::DisconnectingHandler, public plugin::DisconnectHandler {
 public:
  explicit Lingering(Notes& notes) : _notes(notes) {}
  void disconnecting(const plugin::Caller&, std::string_view, std::span<const std::string_view>) override {
    latch.wait();
    _notes.add("late");
  }
  void disconnected(const plugin::Caller&, std::string_view) override {
    _notes.add("last");
    left.set_value();
  }
  Latch latch;
  std::promise<void> left;

 private:
  Notes& _notes;
};

/// What a client is told that must not come in.
std::string refusalOf(PluginRig& rig, const std::string& auth) {
  auto& session = rig.open();
  rig.send(session, "0" + auth);
  return rig.wait(session, 1)[0];
}

}  // namespace

class ConnectionRolesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ConnectionRolesTest);
  CPPUNIT_TEST(disconnectingHandlersHearTheRooms);
  CPPUNIT_TEST(aConnectHandlerThatTakesTooLongLetsNobodyIn);
  CPPUNIT_TEST(connectHandlersThatFailKeepEverybodyOutForAWhile);
  CPPUNIT_TEST(aDisconnectHandlerThatTakesTooLongHoldsUpNobody);
  CPPUNIT_TEST(aStuckConnectHandlerHoldsNoOtherPlugin);
  CPPUNIT_TEST(aStuckDisconnectHandlerKeepsNoOtherPluginWaiting);
  CPPUNIT_TEST(aReplayThatTakesTooLongEndsItsConnection);
  CPPUNIT_TEST(aSlowClientIsNoTimeoutOfItsReplay);
  CPPUNIT_TEST(replaysThatFailPutTheirPluginOutOfService);
  CPPUNIT_TEST_SUITE_END();

 public:
  void disconnectingHandlersHearTheRooms() {
    Notes notes;
    Leavers here(Execution::Inline, notes);
    Leavers worker(Execution::Worker, notes);
    PluginRig rig;
    rig.load({"join"}, [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
      registrar.onDisconnecting(worker);
      registrar.onDisconnecting(here);
      registrar.onDisconnect(worker);
      plugin.on(registrar, "join", Execution::Worker, [](const Request&, plugin::Reply& reply) {
        reply.join("red");
        reply.join("blue");
        reply.leave("blue");
        reply.acknowledgeArgs("");
      });
    });
    const auto client = rig.connect();
    rig.send(client.session, R"(21["join"])");
    rig.wait(client.session, 1);
    rig.send(client.session, "1");
    worker.left.get_future().get();
    CPPUNIT_ASSERT((Lines{"inline client namespace disconnect red", "worker client namespace disconnect red",
                          "left client namespace disconnect"}) == notes.all());
  }

  void aConnectHandlerThatTakesTooLongLetsNobodyIn() {
    Gatekeeper gatekeeper;
    PluginRig rig;
    rig.load(
        {"echo"},
        [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
          plugin.on(registrar, "echo", Execution::Inline, Echo);
          registrar.onConnect(1, gatekeeper);
        },
        impatient());
    auto& session = rig.open();
    rig.send(session, R"(0{"do":"wait"})");
    const auto refused = rig.wait(session, 1)[0];
    CPPUNIT_ASSERT_MESSAGE(refused, refused.starts_with(R"(4{"message":"The server took too long with this)"));
    CPPUNIT_ASSERT_MESSAGE(refused, refused.find(R"("code":"504")") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, count(rig, plugin::role::Connect, &Totals::timeouts));
    // Others are let in meanwhile, and what the late one says is dropped.
    rig.connect(0);
    gatekeeper.letGo();
    // idle() says nothing of it: a call that takes too long is waited for no more.
    while (rig.gateway.admissions().stuck() > 0) std::this_thread::yield();
    rig.send(session, R"(21["echo",1])");
    rig.connect(0);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.wait(session, 1).size());
  }

  void connectHandlersThatFailKeepEverybodyOutForAWhile() {
    Gatekeeper gatekeeper;
    PluginRig rig;
    rig.load(
        {},
        [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) { registrar.onConnect(1, gatekeeper); },
        impatient());
    for (int i = 0; i < 3; ++i) {
      const auto fault = refusalOf(rig, R"({"do":"fail"})");
      CPPUNIT_ASSERT_MESSAGE(fault, fault.find(R"("code":"500")") != std::string::npos);
    }
    const auto refused = refusalOf(rig, "{}");
    CPPUNIT_ASSERT_MESSAGE(refused, refused.find(R"("code":"503")") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(3, gatekeeper.asked.load());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, count(rig, plugin::role::Connect, &Totals::faults));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, count(rig, plugin::role::Connect, &Totals::rejected));
  }

  void aDisconnectHandlerThatTakesTooLongHoldsUpNobody() {
    Gatekeeper gatekeeper;
    Options options;
    options.admissionThreads = 1;
    PluginRig rig(options);
    rig.load(
        {},
        [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) {
          registrar.onConnect(1, gatekeeper);
          registrar.onDisconnect(gatekeeper);
        },
        impatient());
    const auto first = rig.connect();
    rig.close(first.session);
    // The only thread has a substitute once the handler is over its time.
    rig.connect();
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, count(rig, plugin::role::Disconnect, &Totals::timeouts));
    gatekeeper.letGo();
    gatekeeper.left.get_future().get();
  }

  void aStuckConnectHandlerHoldsNoOtherPlugin() {
    Gatekeeper stuck;
    Gatekeeper other;
    PluginRig rig;
    for (auto* const gatekeeper : {&other, &stuck}) {
      rig.load(
          {},
          [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) {
            registrar.onConnect(gatekeeper == &stuck ? 1 : 2, *gatekeeper);
          },
          impatient());
    }
    const auto refused = refusalOf(rig, R"({"do":"wait"})");
    CPPUNIT_ASSERT_MESSAGE(refused, refused.find(R"("code":"504")") != std::string::npos);
    rig.remove(0);  // waits until nothing of it is in use
    stuck.letGo();
    while (rig.gateway.admissions().stuck() > 0) std::this_thread::yield();
    CPPUNIT_ASSERT_EQUAL(0, other.asked.load());
  }

  void aStuckDisconnectHandlerKeepsNoOtherPluginWaiting() {
    Notes notes;
    Lingering lingering(notes);
    Leavers others(Execution::Worker, notes);
    Options options;
    options.admissionThreads = 1;
    PluginRig rig(options);
    rig.load(
        {},
        [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) {
          registrar.onDisconnecting(lingering);
          registrar.onDisconnect(lingering);
        },
        impatient());
    rig.load({}, [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) {
      registrar.onDisconnecting(others);
      registrar.onDisconnect(others);
    });
    rig.close(rig.connect().session);
    others.left.get_future().get();
    rig.remove(1);
    lingering.latch.letGo();
    lingering.left.get_future().get();
    CPPUNIT_ASSERT((Lines{"worker transport close", "left transport close", "late", "last"}) == notes.all());
  }

  void aReplayThatTakesTooLongEndsItsConnection() {
    Replayer replayer;
    Options options;
    options.replayThreads = 1;
    PluginRig rig(options);
    load(rig, replayer);
    const auto late = rig.connect(0, R"({"do":"wait"})");
    rig.waitUntilClosed(late.session);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, count(rig, plugin::role::Replay, &Totals::timeouts));
    // Others get theirs meanwhile, though its thread is the only one.
    auto& other = rig.open();
    rig.send(other, "0");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(2["missed",2])"), rig.wait(other, 3)[2]);
    replayer.latch.letGo();
    while (rig.gateway.replays().stuck() > 0) std::this_thread::yield();
    CPPUNIT_ASSERT(!replayer.wasSentLate);
  }

  void aSlowClientIsNoTimeoutOfItsReplay() {
    Replayer replayer;
    Options options;
    options.replayWindow = 1;
    PluginRig rig(options);
    load(rig, replayer);
    auto& slow = rig.open();
    rig.on(slow.loop(), [&] { slow.waitingBytes = 1'000'000; });
    rig.send(slow, "0");
    rig.wait(slow, 2);
    // The time-out of one that is called later passes.
    rig.waitUntilClosed(rig.connect(0, R"({"do":"wait"})").session);
    rig.on(slow.loop(), [&] {
      CPPUNIT_ASSERT(!slow.closed);
      slow.waitingBytes = 0;
      slow.listener->onDrained(slow);
    });
    CPPUNIT_ASSERT_EQUAL(std::string(R"(2["missed",2])"), rig.wait(slow, 3)[2]);
    replayer.latch.letGo();
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, count(rig, plugin::role::Replay, &Totals::timeouts));
  }

  void replaysThatFailPutTheirPluginOutOfService() {
    Replayer replayer;
    PluginRig rig;
    load(rig, replayer);
    for (int i = 0; i < 3; ++i) rig.waitUntilClosed(rig.connect(0, R"({"do":"fail"})").session);
    const auto refused = refusalOf(rig, "{}");
    CPPUNIT_ASSERT_MESSAGE(refused, refused.find(R"("code":"503")") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, count(rig, plugin::role::Replay, &Totals::faults));
  }

 private:
  static void load(PluginRig& rig, plugin::ConnectHandler& handler) {
    rig.load(
        {}, [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) { registrar.onConnect(1, handler); },
        impatient());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionRolesTest);

}  // namespace chat::gateway
