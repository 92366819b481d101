// The handlers that every event passes on the way to its own.
#include <cppunit/extensions/HelperMacros.h>

#include "Handlers.h"
#include "PluginRig.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

using plugin::AppError;
using plugin::Execution;
using plugin::Request;
using Lines = std::vector<std::string>;

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

}  // namespace

class StagesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StagesTest);
  CPPUNIT_TEST(packetHandlersSeeEveryEventInOrder);
  CPPUNIT_TEST(packetHandlersRefuse);
  CPPUNIT_TEST(eventsOfASocketKeepTheirOrderPastPacketHandlersOnWorkers);
  CPPUNIT_TEST(anyHandlersSeeEventsBeforeTheirOwn);
  CPPUNIT_TEST(anEventThatNobodyAnswersIsUnknown);
  CPPUNIT_TEST(aFailingAnyHandlerKeepsNoEventFromItsOwn);
  CPPUNIT_TEST(aRetiredPacketHandlerIsPassedBy);
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(StagesTest);

}  // namespace chat::gateway
