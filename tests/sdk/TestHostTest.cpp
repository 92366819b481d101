#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Logger.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "LogLines.h"
#include "testing/TestHost.h"

using namespace chat::plugin;
using namespace chat::testing;
using chat::base::Duration;
using Poco::Data::Keywords::into;
using Poco::Data::Keywords::now;
using Poco::Data::Keywords::use;

namespace {

class Echo final : public EventHandler {
 public:
  explicit Echo(Execution execution) : _execution(execution) {}
  Execution execution() const noexcept override { return _execution; }
  void handle(const Request& request, Reply& reply) override { reply.acknowledgeArgs(request.args(), true); }

 private:
  const Execution _execution;
};

/// Answers the user's name, counts in the database, emits to the namespace.
class HitCounter final : public Plugin, public EventHandler, public ConnectHandler, public DisconnectHandler {
 public:
  void start(Context& context, Registrar& registrar) override {
    _context = &context;
    registrar.onEvent("count", *this);
    registrar.onConnect(100, *this);
    registrar.onDisconnect(*this);
    context.database().transaction(
        [](Poco::Data::Session& session) { session << "CREATE TABLE IF NOT EXISTS hit (who TEXT)", now; });
  }

  void handle(const Request& request, Reply& reply) override {
    const auto* who = request.caller().identity();
    if (who == nullptr) throw AppError(401, "log in first");
    std::string name = who->name;
    int count = 0;
    _context->database().transaction([&](Poco::Data::Session& session) {
      session << "INSERT INTO hit VALUES (?)", use(name), now;
      session << "SELECT count(*) FROM hit", into(count), now;
    });
    const auto text = std::to_string(count * _context->settings().integer("step"));
    _context->emitter().emit(Target::toNamespace("/"), "counted", text);
    reply.answer(0, R"({"data":{"count":)" + text + R"(,"by":")" + name + R"("}})");
  }

  void connect(Admission& admission) override {
    if (admission.auth() == R"({"bad":true})") throw AppError(403, "not you");
  }
  void disconnected(const Caller&, std::string_view reason) override {
    _context->logger().information("left: " + std::string(reason));
  }

 private:
  Context* _context = nullptr;
};

/// Emits to a socket that loses its identity.
class Farewells final : public Plugin, public IdentityEndHandler {
 public:
  void start(Context&, Registrar& registrar) override { registrar.onIdentityEnd(*this); }
  void identityEnded(const Caller&, const Identity& was, std::string_view reason, Reply& reply) override {
    reply.emit("ended", '"' + was.name + ' ' + std::string(reason) + '"');
  }
};

/// Takes another greeting while it serves, but not another size.
class Tuned final : public Plugin, public EventHandler, public SettingsHandler {
 public:
  void start(Context& context, Registrar& registrar) override {
    _context = &context;
    registrar.onEvent("greet", *this);
    registrar.onSettings(*this);
  }
  void handle(const Request&, Reply& reply) override {
    reply.acknowledgeArgs('"' + _context->settings().text("greeting") + '"');
  }
  Answer changed(const Settings& before, const Settings& now) override {
    if (now.text("greeting") == "throw") throw std::runtime_error("not that one");
    return before.integer("size") == now.integer("size") ? Answer::Taken : Answer::Restart;
  }

 private:
  Context* _context = nullptr;
};

constexpr auto HitDeclarations = "event count\nsetting step integer 1 1..10 | What a hit counts\n";

}  // namespace

class TestHostTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TestHostTest);
  CPPUNIT_TEST(handlersAnswerOnWorkersAndInline);
  CPPUNIT_TEST(attachmentsGoBothWays);
  CPPUNIT_TEST(aPluginHasDatabaseSettingsAndEmitter);
  CPPUNIT_TEST(identitiesAndRefusals);
  CPPUNIT_TEST(theEndOfASocketIsHeard);
  CPPUNIT_TEST(anUnloadedPluginDoesNotServe);
  CPPUNIT_TEST(mistakesOfATestAreSaid);
  CPPUNIT_TEST(identitiesExpireWithTheClock);
  CPPUNIT_TEST(aSocketThatLosesItsIdentityIsTold);
  CPPUNIT_TEST(aPluginOfApi10IsServed);
  CPPUNIT_TEST(changedSettingsAreTakenOrNot);
  CPPUNIT_TEST_SUITE_END();

 public:
  void handlersAnswerOnWorkersAndInline() {
    TestHost host;
    Echo worker(Execution::Worker);
    Echo onLoop(Execution::Inline);
    host.serve("worker", worker);
    host.serve("inline", onLoop);
    auto client = host.connect();
    CPPUNIT_ASSERT_EQUAL(std::size_t{20}, client.id().size());
    CPPUNIT_ASSERT_EQUAL(std::string("1,\"two\""), client.ask("worker", "1,\"two\"").args);
    CPPUNIT_ASSERT_EQUAL(std::string("3"), client.ask("inline", "3").args);
    CPPUNIT_ASSERT_EQUAL(404, client.ask("nobody's").code());
  }

  void attachmentsGoBothWays() {
    TestHost host;
    Echo echo(Execution::Worker);
    host.serve("echo", echo);
    auto client = host.connect();
    const std::string_view bytes("\0\xff", 2);
    const auto answer = client.ask("echo", R"({"_placeholder":true,"num":0})", std::span(&bytes, 1));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, answer.attachments.size());
    CPPUNIT_ASSERT_EQUAL(std::string(bytes), answer.attachments[0]);
  }

  void aPluginHasDatabaseSettingsAndEmitter() {
    TestHost host;
    host.load(std::make_unique<HitCounter>(), "counter", HitDeclarations, {{"step", "3"}});
    auto ann = host.connect({.identity = host.user("Ann")});
    auto ben = host.connect({.identity = host.user("Ben")});
    ann.ask("count");
    const auto answer = ben.ask("count");
    CPPUNIT_ASSERT_EQUAL(0, answer.status());
    CPPUNIT_ASSERT_EQUAL(std::string("6"), answer.text("/data/count"));
    CPPUNIT_ASSERT_EQUAL(std::string("Ben"), answer.text("/data/by"));
    CPPUNIT_ASSERT_EQUAL(std::string("3"), ann.expect("counted").args);
    CPPUNIT_ASSERT_EQUAL(std::string("6"), ann.expect("counted").text("/0"));
    // Answers are also emitted, under the event's name.
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), ann.expect("count").text("/0/data/by"));
    CPPUNIT_ASSERT(ann.received().empty());
  }

  void identitiesAndRefusals() {
    TestHost host;
    host.load(std::make_unique<HitCounter>(), "counter", HitDeclarations);
    auto nobody = host.connect();
    CPPUNIT_ASSERT_EQUAL(401, nobody.ask("count").code());
    try {
      host.connect({.auth = R"({"bad":true})"});
      CPPUNIT_FAIL("let in");
    } catch (const ConnectRefused& refused) {
      CPPUNIT_ASSERT_EQUAL(std::string("not you"), std::string(refused.what()));
      CPPUNIT_ASSERT_EQUAL(std::string("403"), valueAt(refused.data, "/errors/code"));
    }
    CPPUNIT_ASSERT_THROW(host.connect({.nsp = "/elsewhere"}), ConnectRefused);
  }

  void theEndOfASocketIsHeard() {
    TestHost host;
    host.load(std::make_unique<HitCounter>(), "counter", HitDeclarations);
    auto one = host.connect();
    auto two = host.connect();
    one.disconnect();
    CPPUNIT_ASSERT(!one.connected());
    CPPUNIT_ASSERT(contains(host.log(), "plugin.counter: left: client namespace disconnect"));
    two.drop();
    CPPUNIT_ASSERT(contains(host.log(), "left: transport close"));
  }

  void anUnloadedPluginDoesNotServe() {
    TestHost host;
    host.load(std::make_unique<HitCounter>(), "counter", HitDeclarations);
    auto ann = host.connect({.identity = host.user("Ann")});
    CPPUNIT_ASSERT_EQUAL(0, ann.ask("count").status());
    CPPUNIT_ASSERT(host.unload("counter"));
    CPPUNIT_ASSERT_EQUAL(404, ann.ask("count").code());
  }

  void mistakesOfATestAreSaid() {
    TestHost host;
    CPPUNIT_ASSERT_THROW(host.load(std::make_unique<HitCounter>(), "counter", HitDeclarations, {{"stride", "3"}}),
                         std::runtime_error);
    CPPUNIT_ASSERT_THROW(host.load(std::make_unique<HitCounter>(), "counter", HitDeclarations, {{"step", "11"}}),
                         std::runtime_error);
    CPPUNIT_ASSERT_THROW(host.unload("counter"), std::runtime_error);
    host.load(std::make_unique<HitCounter>(), "counter", HitDeclarations);
    Echo echo(Execution::Inline);
    CPPUNIT_ASSERT_THROW(host.serve("count", echo), std::runtime_error);
  }

  void identitiesExpireWithTheClock() {
    TestHost host;
    host.load(std::make_unique<HitCounter>(), "counter", HitDeclarations);
    auto identity = host.user("Ann");
    identity.expires = host.clock().wallTime() + Duration(1000);
    auto ann = host.connect({.identity = identity});
    host.advance(Duration(999));
    CPPUNIT_ASSERT_EQUAL(0, ann.ask("count").status());
    host.advance(Duration(1));
    CPPUNIT_ASSERT_EQUAL(401, ann.ask("count").code());
  }

  // A plugin that was built with the headers of 1.0 finds every function at its old place.
  void aPluginOfApi10IsServed() {
    TestHost host;
    host.load(OLD_PLUGIN, {{"greeting", "Hi"}});
    CPPUNIT_ASSERT(contains(host.log(), "plugin.old: greeting Hi"));
    auto ann = host.connect();
    CPPUNIT_ASSERT_EQUAL(std::string("\"Ann\""), ann.expect("missed").args);
    CPPUNIT_ASSERT_EQUAL(std::string("/"), ann.ask("old", "1").text("/caller"));
    CPPUNIT_ASSERT_EQUAL(std::string("1"), ann.expect("old").args);
    CPPUNIT_ASSERT_EQUAL(403, ann.ask("old", "\"fail\"").code());
    try {
      host.connect({.auth = R"({"keep":"out"})"});
      CPPUNIT_FAIL("let in");
    } catch (const ConnectRefused& refused) {
      CPPUNIT_ASSERT_EQUAL(std::string("kept out"), std::string(refused.what()));
    }
    auto other = host.connect();
    other.drop();
    CPPUNIT_ASSERT_EQUAL(std::string("\"transport close\""), ann.expect("left").args);
    CPPUNIT_ASSERT(host.unload("old"));
  }

  void aSocketThatLosesItsIdentityIsTold() {
    TestHost host;
    host.load(std::make_unique<Farewells>(), "farewells", "");
    auto ann = host.connect({.identity = host.user("Ann")});
    auto bob = host.user("Bob");
    bob.expires = host.clock().wallTime() + std::chrono::hours(24 * 30);
    auto other = host.connect({.identity = bob});
    host.emitter().endCredential(host.user("Ann").credential, "banned");
    CPPUNIT_ASSERT_EQUAL(std::string("\"Ann banned\""), ann.expect("ended").args);
    host.advance(std::chrono::hours(24 * 30) - Duration(1));
    CPPUNIT_ASSERT(other.received().empty());
    host.advance(Duration(1));
    CPPUNIT_ASSERT_EQUAL(std::string("\"Bob expired\""), other.expect("ended").args);
  }

  void changedSettingsAreTakenOrNot() {
    TestHost host;
    host.load(std::make_unique<Tuned>(), "tuned",
              "event greet\nsetting greeting text Hello | What it says\nsetting size integer 1 1..9 | How big\n");
    auto client = host.connect();
    CPPUNIT_ASSERT_EQUAL(std::string("\"Hello\""), client.ask("greet").args);
    CPPUNIT_ASSERT(host.reconfigure("tuned", {{"greeting", "Hi"}}));
    CPPUNIT_ASSERT_EQUAL(std::string("\"Hi\""), client.ask("greet").args);
    // The server would load it again; here it goes on unchanged.
    CPPUNIT_ASSERT(!host.reconfigure("tuned", {{"greeting", "Ho"}, {"size", "2"}}));
    CPPUNIT_ASSERT_EQUAL(std::string("\"Hi\""), client.ask("greet").args);
    CPPUNIT_ASSERT(!host.reconfigure("tuned", {{"greeting", "throw"}}));
    CPPUNIT_ASSERT(contains(host.log(), "it failed to take its changed settings"));
    CPPUNIT_ASSERT_EQUAL(std::string("\"Hi\""), client.ask("greet").args);
    CPPUNIT_ASSERT_THROW(host.reconfigure("tuned", {{"size", "10"}}), std::runtime_error);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TestHostTest);
