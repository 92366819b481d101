// The handlers that every event passes, those that see what leaves, and those that hear who leaves.
#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <mutex>
#include <thread>

#include "PluginRig.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

using plugin::AppError;
using plugin::Execution;
using plugin::Request;
using Lines = std::vector<std::string>;

class Notes {
 public:
  void add(std::string line) {
    const std::lock_guard lock(_mutex);
    _lines.push_back(std::move(line));
  }
  Lines all() const {
    const std::lock_guard lock(_mutex);
    return _lines;
  }

 private:
  mutable std::mutex _mutex;
  Lines _lines;
};

/// Notes each event, and refuses what is called `bad` and what `good` is not to pass.
class Filter final : public plugin::PacketHandler {
 public:
  Filter(std::string name, Execution execution, Notes& notes)
      : _name(std::move(name)), _execution(execution), _notes(notes) {}
  Execution execution() const noexcept override { return _execution; }
  void packet(const Request& request) override {
    _notes.add(_name + " " + std::string(request.event()) + " " + std::string(request.args()));
    if (request.event() == "bad") throw AppError(403, "not this one");
    if (request.event() == "worse") throw std::runtime_error("a secret");
  }

 private:
  std::string _name;
  Execution _execution;
  Notes& _notes;
};

struct Outgoings final : plugin::OutgoingHandler {
  Notes notes;
  std::function<void()> then = [] {};
  void outgoing(const plugin::Caller& receiver, std::string_view event, std::string_view args) override {
    notes.add(std::string(receiver.socketId()) + " " + std::string(event) + " " + std::string(args));
    then();
  }
};

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

/// What handlers wait for; not for ever, or a test that fails would never end.
class Latch {
 public:
  void wait() const { _open.wait_for(std::chrono::seconds(10)); }
  void letGo() {
    if (!std::exchange(_isOpen, true)) _opened.set_value();
  }

 private:
  bool _isOpen = false;
  std::promise<void> _opened;
  const std::shared_future<void> _open{_opened.get_future()};
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

plugin::PluginLimits impatient() {
  plugin::PluginLimits limits;
  limits.timeout = std::chrono::milliseconds(50);
  limits.faults = {3, base::Duration(60'000), base::Duration(60'000)};
  return limits;
}

/// What a client is told that must not come in.
std::string refusalOf(PluginRig& rig, const std::string& auth) {
  auto& session = rig.open();
  rig.send(session, "0" + auth);
  return rig.wait(session, 1)[0];
}

using Totals = plugin::EventStats::Totals;
std::uint64_t count(PluginRig& rig, const char* role, std::uint64_t Totals::*what) {
  return rig.generations[0]->statsOf(role)->totals().*what;
}

constexpr auto Echo = [](const Request& request, plugin::Reply& reply) { reply.acknowledgeArgs(request.args()); };

}  // namespace

class RolesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RolesTest);
  CPPUNIT_TEST(packetHandlersSeeEveryEventInOrder);
  CPPUNIT_TEST(packetHandlersRefuse);
  CPPUNIT_TEST(eventsOfASocketKeepTheirOrderPastPacketHandlersOnWorkers);
  CPPUNIT_TEST(anyHandlersSeeEventsBeforeTheirOwn);
  CPPUNIT_TEST(anEventThatNobodyAnswersIsUnknown);
  CPPUNIT_TEST(aFailingAnyHandlerKeepsNoEventFromItsOwn);
  CPPUNIT_TEST(aRetiredPacketHandlerIsPassedBy);
  CPPUNIT_TEST(outgoingHandlersSeeWhatLeaves);
  CPPUNIT_TEST(disconnectingHandlersHearTheRooms);
  CPPUNIT_TEST(timersRunUntilTheEnd);
  CPPUNIT_TEST(aConnectHandlerThatTakesTooLongLetsNobodyIn);
  CPPUNIT_TEST(connectHandlersThatFailKeepEverybodyOutForAWhile);
  CPPUNIT_TEST(aDisconnectHandlerThatTakesTooLongHoldsUpNobody);
  CPPUNIT_TEST(aStuckConnectHandlerHoldsNoOtherPlugin);
  CPPUNIT_TEST(aStuckDisconnectHandlerKeepsNoOtherPluginWaiting);
  CPPUNIT_TEST(aReplayThatTakesTooLongEndsItsConnection);
  CPPUNIT_TEST(aSlowClientIsNoTimeoutOfItsReplay);
  CPPUNIT_TEST(replaysThatFailPutTheirPluginOutOfService);
  CPPUNIT_TEST(outgoingHandlersThatFailAreLeftOut);
  CPPUNIT_TEST(anOutgoingHandlerThatHoldsItsLoopFails);
  CPPUNIT_TEST(timersThatFailAreFaultsOfTheirPlugin);
  CPPUNIT_TEST_SUITE_END();

 public:
  void packetHandlersSeeEveryEventInOrder() {
    Notes notes;
    Filter late("late", Execution::Inline, notes);
    Filter worker("worker", Execution::Worker, notes);
    Filter early("early", Execution::Inline, notes);
    PluginRig rig;
    rig.load({}, [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) {
      registrar.onPacket(200, late);
      registrar.onPacket(100, worker);
    });
    rig.load({"echo"}, [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
      plugin.on(registrar, "echo", Execution::Inline, Echo);
      registrar.onPacket(1, early);
    });
    const auto client = rig.connect();
    rig.send(client.session, R"(21["echo",7])");
    CPPUNIT_ASSERT_EQUAL(std::string("31[7]"), rig.wait(client.session, 1)[0]);
    CPPUNIT_ASSERT((Lines{"early echo 7", "worker echo 7", "late echo 7"}) == notes.all());
  }

  void packetHandlersRefuse() {
    for (const auto execution : {Execution::Inline, Execution::Worker}) {
      Notes notes;
      Filter filter("first", execution, notes);
      Filter second("second", Execution::Inline, notes);
      PluginRig rig;
      rig.load({"bad", "worse"}, [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
        for (const auto* event : {"bad", "worse"}) plugin.on(registrar, event, Execution::Inline, Echo);
        registrar.onPacket(1, filter);
        registrar.onPacket(2, second);
      });
      const auto client = rig.connect();
      rig.send(client.session, R"(21["bad"])");
      const auto sent = rig.wait(client.session, 2);
      CPPUNIT_ASSERT_EQUAL(std::string(R"(31[2,{"errors":{"code":"403","detail":"not this one"}}])"), sent[1]);
      rig.send(client.session, R"(22["worse"])");
      const auto fault = rig.wait(client.session, 4)[3];
      CPPUNIT_ASSERT_MESSAGE(fault, fault.find(R"("500")") != std::string::npos);
      CPPUNIT_ASSERT((Lines{"first bad ", "first worse "}) == notes.all());
    }
  }

  void eventsOfASocketKeepTheirOrderPastPacketHandlersOnWorkers() {
    Notes notes;
    Filter filter("", Execution::Worker, notes);
    PluginRig rig;
    rig.load({"inline", "worker"}, [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
      plugin.on(registrar, "inline", Execution::Inline, Echo);
      plugin.on(registrar, "worker", Execution::Worker, Echo);
      registrar.onPacket(1, filter);
    });
    const auto client = rig.connect();
    Lines expected;
    for (int i = 0; i < 20; ++i) {
      const auto number = std::to_string(i);
      rig.send(client.session, "2" + number + (i % 3 == 0 ? "[\"worker\"," : "[\"inline\",") + number + "]");
      expected.push_back("3" + number + "[" + number + "]");
    }
    CPPUNIT_ASSERT(expected == rig.wait(client.session, 20));
  }

  void anyHandlersSeeEventsBeforeTheirOwn() {
    for (const auto execution : {Execution::Inline, Execution::Worker}) {
      Notes notes;
      FunctionHandler any(execution, [&](const Request& request, plugin::Reply& reply) {
        notes.add("any " + std::string(request.event()));
        if (request.event() == "taken") reply.acknowledgeArgs("\"by any\"");
      });
      PluginRig rig;
      rig.load({"echo", "taken"}, [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
        for (const auto* event : {"echo", "taken"}) {
          plugin.on(registrar, event, Execution::Inline, [&](const Request& request, plugin::Reply& reply) {
            notes.add("own");
            reply.acknowledgeArgs(request.args());
          });
        }
        registrar.onAny(any);
      });
      const auto client = rig.connect();
      rig.send(client.session, R"(21["echo",1])");
      rig.send(client.session, R"(22["taken",1])");
      rig.send(client.session, R"(23["echo",3])");
      CPPUNIT_ASSERT((Lines{"31[1]", R"(32["by any"])", "33[3]"}) == rig.wait(client.session, 3));
      CPPUNIT_ASSERT((Lines{"any echo", "own", "any taken", "own", "any echo", "own"}) == notes.all());
    }
  }

  void anEventThatNobodyAnswersIsUnknown() {
    FunctionHandler any(Execution::Inline, [&](const Request& request, plugin::Reply& reply) {
      if (request.event() == "known") reply.acknowledgeArgs("");
      if (request.event() == "refused") throw AppError(400, "no");
    });
    PluginRig rig;
    rig.load({}, [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) { registrar.onAny(any); });
    const auto client = rig.connect();
    rig.send(client.session, R"(21["known"])");
    rig.send(client.session, R"(22["unknown"])");
    rig.send(client.session, R"(23["refused"])");
    const auto sent = rig.wait(client.session, 4);
    CPPUNIT_ASSERT_EQUAL(std::string("31[]"), sent[0]);
    CPPUNIT_ASSERT_MESSAGE(sent[1], sent[1].starts_with(R"(32[1,{"errors":{"code":"404")"));
    CPPUNIT_ASSERT_EQUAL(std::string(R"(33[1,{"errors":{"code":"400","detail":"no"}}])"), sent[3]);
  }

  void aFailingAnyHandlerKeepsNoEventFromItsOwn() {
    FunctionHandler any(Execution::Worker, [&](const Request&, plugin::Reply&) { throw std::runtime_error("broken"); });
    PluginRig rig;
    rig.load({"echo"}, [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
      plugin.on(registrar, "echo", Execution::Inline, Echo);
      registrar.onAny(any);
    });
    const auto client = rig.connect();
    rig.send(client.session, R"(21["echo",1])");
    CPPUNIT_ASSERT_EQUAL(std::string("31[1]"), rig.wait(client.session, 1)[0]);
  }

  void aRetiredPacketHandlerIsPassedBy() {
    Notes notes;
    Filter filter("filter", Execution::Inline, notes);
    PluginRig rig;
    rig.load({},
             [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) { registrar.onPacket(1, filter); });
    rig.load({"echo"}, [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
      plugin.on(registrar, "echo", Execution::Inline, Echo);
    });
    CPPUNIT_ASSERT(rig.generations[0]->retire(std::chrono::seconds(10)) == plugin::Generation::Retired::Unmapped);
    const auto client = rig.connect();
    rig.send(client.session, R"(21["echo",1])");
    CPPUNIT_ASSERT_EQUAL(std::string("31[1]"), rig.wait(client.session, 1)[0]);
    CPPUNIT_ASSERT(notes.all().empty());
  }

  void outgoingHandlersSeeWhatLeaves() {
    Outgoings outgoings;
    PluginRig rig;
    auto& plugin = rig.load({"echo"}, [&](ScriptedPlugin& scripted, plugin::Context&, plugin::Registrar& registrar) {
      registrar.onOutgoing(outgoings);
      scripted.on(registrar, "echo", Execution::Worker, [](const Request& request, plugin::Reply& reply) {
        reply.emit("echo", request.args());
        reply.acknowledgeArgs("");  // no event
        reply.broadcast("others", "2");
      });
    });
    const auto a = rig.connect(0);
    const auto b = rig.connect(0);
    rig.send(a.session, R"(21["echo",1])");
    rig.wait(b.session, 1);
    plugin.context->emitter().emit(plugin::Target::toSocket("/", b.id), "one", "3");
    rig.wait(b.session, 2);
    plugin.context->sockets().ask(plugin::Target::toSocket("/", b.id), "ask", "4", {std::chrono::milliseconds(1)},
                                  [](const plugin::AckResult&) {});
    rig.wait(b.session, 3);
    CPPUNIT_ASSERT((Lines{a.id + " echo 1", b.id + " others 2", b.id + " one 3", b.id + " ask 4"}) ==
                   outgoings.notes.all());
  }

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

  void timersRunUntilTheEnd() {
    struct Ticker final : plugin::TimerHandler {
      std::atomic<int> runs{0};
      std::atomic<bool> isInside{false};
      std::promise<void> thrice;
      void run() override {
        CPPUNIT_ASSERT(!isInside.exchange(true));
        std::this_thread::sleep_for(std::chrono::milliseconds(15));  // longer than the interval
        isInside = false;
        if (++runs == 3) thrice.set_value();
        throw std::runtime_error("goes on all the same");
      }
    } ticker;
    PluginRig rig;
    rig.load({}, [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) {
      registrar.onTimer("tick", std::chrono::milliseconds(10), ticker);
    });
    ticker.thrice.get_future().get();
    CPPUNIT_ASSERT(rig.generations[0]->retire(std::chrono::seconds(10)) == plugin::Generation::Retired::Unmapped);
    CPPUNIT_ASSERT(!ticker.isInside);
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

  void outgoingHandlersThatFailAreLeftOut() {
    Outgoings outgoings;
    outgoings.then = [] { throw std::runtime_error("broken"); };
    PluginRig rig;
    load(rig, outgoings);
    const auto client = rig.connect();
    Lines expected;
    for (int i = 0; i < 5; ++i) {
      expected.push_back("2[\"echo\"," + std::to_string(i) + "]");
      rig.send(client.session, expected.back());
    }
    // Every event leaves, whether its handler fails or isn't asked any more.
    CPPUNIT_ASSERT(expected == rig.wait(client.session, 5));
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, outgoings.notes.all().size());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, count(rig, plugin::role::Outgoing, &Totals::faults));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, count(rig, plugin::role::Outgoing, &Totals::rejected));
  }

  void anOutgoingHandlerThatHoldsItsLoopFails() {
    Outgoings outgoings;
    Options options;
    options.inlineLimit = base::Duration(2);
    PluginRig rig(options);
    outgoings.then = [&, held = std::uint64_t{0}]() mutable {
      while (rig.gateway.heldCalls() == held) std::this_thread::yield();
      ++held;
    };
    load(rig, outgoings);
    const auto client = rig.connect();
    for (int i = 0; i < 4; ++i) rig.send(client.session, R"(2["echo",1])");
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, rig.wait(client.session, 4).size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, outgoings.notes.all().size());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, count(rig, plugin::role::Outgoing, &Totals::timeouts));
    // It is at fault, not the handler around it that has emitted.
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, rig.generations[1]->statsOf("echo")->movedGeneration.load());
  }

  void timersThatFailAreFaultsOfTheirPlugin() {
    struct Failing final : plugin::TimerHandler {
      std::atomic<int> runs{0};
      void run() override {
        ++runs;
        throw std::runtime_error("broken");
      }
    } failing;
    PluginRig rig;
    rig.load(
        {"echo"},
        [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
          plugin.on(registrar, "echo", Execution::Inline, Echo);
          registrar.onTimer("fail", std::chrono::milliseconds(10), failing);
        },
        impatient());
    while (rig.generations[0]->faults().state() == plugin::FaultWindow::State::Serving) std::this_thread::yield();
    const auto client = rig.connect();
    rig.send(client.session, R"(21["echo",1])");
    const auto refused = rig.wait(client.session, 2)[1];
    CPPUNIT_ASSERT_MESSAGE(refused, refused.find(R"("code":"503")") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(3, failing.runs.load());
  }

 private:
  static void load(PluginRig& rig, plugin::ConnectHandler& handler) {
    rig.load(
        {}, [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) { registrar.onConnect(1, handler); },
        impatient());
  }
  /// With another plugin that emits what it is sent.
  static void load(PluginRig& rig, plugin::OutgoingHandler& handler) {
    rig.load(
        {}, [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) { registrar.onOutgoing(handler); },
        impatient());
    rig.load({"echo"}, [](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
      plugin.on(registrar, "echo", Execution::Inline,
                [](const Request& request, plugin::Reply& reply) { reply.emit("echo", request.args()); });
    });
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RolesTest);

}  // namespace chat::gateway
