// The handlers that see what leaves, and timers.
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

struct Outgoings final : plugin::OutgoingHandler {
  Notes notes;
  std::function<void()> then = [] {};
  void outgoing(const plugin::Caller& receiver, std::string_view event, std::string_view args) override {
    notes.add(std::string(receiver.socketId()) + " " + std::string(event) + " " + std::string(args));
    then();
  }
};

}  // namespace

class RolesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RolesTest);
  CPPUNIT_TEST(outgoingHandlersSeeWhatLeaves);
  CPPUNIT_TEST(timersRunUntilTheEnd);
  CPPUNIT_TEST(outgoingHandlersThatFailAreLeftOut);
  CPPUNIT_TEST(anOutgoingHandlerThatHoldsItsLoopFails);
  CPPUNIT_TEST(timersThatFailAreFaultsOfTheirPlugin);
  CPPUNIT_TEST_SUITE_END();

 public:
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
