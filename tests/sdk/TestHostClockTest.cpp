#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <string>

#include "LogLines.h"
#include "testing/TestHost.h"

using namespace chat::plugin;
using namespace chat::testing;
using Poco::Data::Keywords::into;
using Poco::Data::Keywords::now;

namespace {

/// Has a table, and a timer that writes to it and emits to all.
class Ticking final : public Plugin, public TimerHandler {
 public:
  static constexpr chat::data::Migration Tables[] = {
      {"tick", "CREATE TABLE tick (at BIGINT)", "CREATE TABLE tick (at INTEGER)"},
      {"who", "ALTER TABLE tick ADD COLUMN who VARCHAR(8)", "ALTER TABLE tick ADD COLUMN who TEXT"},
  };
  void start(Context& context, Registrar& registrar) override {
    _context = &context;
    context.migrate(Tables);
    registrar.onTimer("tick", std::chrono::minutes(1), *this);
  }
  void run() override {
    int ticks = 0;
    _context->database().transaction([&](Poco::Data::Session& session) {
      session << "INSERT INTO tick (at, who) VALUES (1, 'me')", now;
      session << "SELECT count(*) FROM tick", into(ticks), now;
    });
    _context->emitter().emit(Target::toNamespace("/"), "tick", std::to_string(ticks));
  }

 private:
  Context* _context = nullptr;
};

/// Doesn't return until the test tells it to.
struct Stuck final : EventHandler {
  std::promise<void> begun;
  std::promise<void> end;
  void handle(const Request&, Reply&) override { wait(); }
  void wait() {
    begun.set_value();
    end.get_future().get();
  }
};

class StuckTimer final : public Plugin, public TimerHandler {
 public:
  explicit StuckTimer(Stuck& stuck) : _stuck(stuck) {}
  void start(Context&, Registrar& registrar) override { registrar.onTimer("wait", std::chrono::minutes(1), *this); }
  void run() override { _stuck.wait(); }

 private:
  Stuck& _stuck;
};

}  // namespace

/// Timers and time-outs, driven by the test's clock.
class TestHostClockTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TestHostClockTest);
  CPPUNIT_TEST(aPluginHasTablesAndTimersOfItsOwn);
  CPPUNIT_TEST(aCallIsOverItsTimeByTheClock);
  CPPUNIT_TEST(aTimerIsOverItsTimeByTheClock);
  CPPUNIT_TEST_SUITE_END();

 public:
  void aPluginHasTablesAndTimersOfItsOwn() {
    TestHost host;
    host.load(std::make_unique<Ticking>(), "ticking", "");
    auto client = host.connect();
    host.advance(std::chrono::seconds(59));
    CPPUNIT_ASSERT(client.received().empty());
    host.advance(std::chrono::seconds(1));
    CPPUNIT_ASSERT_EQUAL(std::string("1"), client.expect("tick").args);
    // Due times are multiples of the interval, even if some were missed.
    host.advance(std::chrono::seconds(150));
    host.advance(std::chrono::seconds(30));
    CPPUNIT_ASSERT_EQUAL(std::string("2"), client.expect("tick").args);
    CPPUNIT_ASSERT_EQUAL(std::string("3"), client.expect("tick").args);
    CPPUNIT_ASSERT(client.received().empty());
    CPPUNIT_ASSERT(host.unload("ticking"));
    // The next version finds its tables unchanged.
    host.load(std::make_unique<Ticking>(), "ticking", "");
    host.advance(std::chrono::minutes(1));
    CPPUNIT_ASSERT_EQUAL(std::string("4"), client.expect("tick").args);
  }

  void aCallIsOverItsTimeByTheClock() {
    Stuck stuck;
    TestHost host;
    host.serve("wait", stuck);
    auto client = host.connect();
    const auto waiting = client.begin("wait");
    stuck.begun.get_future().get();
    host.advance(std::chrono::seconds(31));  // the time-out is 30 s
    CPPUNIT_ASSERT_EQUAL(504, client.answerTo(waiting).code());
    CPPUNIT_ASSERT(contains(host.log(), "has run for more than 30000 ms"));
    stuck.end.set_value();
  }

  void aTimerIsOverItsTimeByTheClock() {
    Stuck stuck;
    {
      TestHost host;
      host.load(std::make_unique<StuckTimer>(stuck), "stuck", "");
      host.moveClock(std::chrono::minutes(1));
      stuck.begun.get_future().get();
      host.advance(std::chrono::seconds(31));
      CPPUNIT_ASSERT(contains(host.log(), "its timer wait has run for more than 30000 ms"));
      stuck.end.set_value();
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TestHostClockTest);
