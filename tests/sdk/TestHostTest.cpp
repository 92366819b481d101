#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Logger.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <future>
#include <string>
#include <vector>

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

/// Says who asks, counts in the database, tells everybody of the namespace.
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

/// Has a table of its own, and a timer that writes into it and tells everybody.
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

/// Doesn't return before the test says so.
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

/// Takes another greeting while it serves, but no other size.
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

/// Keeps some addresses out, gives the others a cookie, and has a namespace for every project.
class Door final : public Plugin, public HandshakeHandler, public NamespaceHandler {
 public:
  void start(Context&, Registrar& registrar) override {
    registrar.onHandshake(1, *this);
    registrar.onNamespace(*this);
  }
  void handshake(const HandshakeRequest& request, HandshakeResponse& response) override {
    if (request.address() == "203.0.113.1") throw AppError(403, "Not from \"there\".");
    if (request.query() == "fail") throw std::runtime_error("a secret");
    response.setHeader("Set-Cookie", "node=" + std::string(request.header("X-Node")));
    response.setHeader("X-Seen", std::string(request.transport()) + (request.secure() ? " secure" : ""));
    response.setSessionHeader("X-Always", "yes");
  }
  bool accepts(std::string_view nsp, std::string_view auth, const Caller& caller) override {
    if (nsp == "/project-secret" && auth == "{}") throw AppError(403, "not that one");
    return nsp.starts_with("/project-") && caller.transport() == "websocket";
  }
};

constexpr auto HitDeclarations = "event count\nsetting step integer 1 1..10 | What a hit counts\n";

bool contains(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const auto& line) { return line.find(part) != std::string::npos; });
}

}  // namespace

class TestHostTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TestHostTest);
  CPPUNIT_TEST(handlersAnswerOnWorkersAndInline);
  CPPUNIT_TEST(attachmentsGoBothWays);
  CPPUNIT_TEST(aPluginHasDatabaseSettingsAndEmitter);
  CPPUNIT_TEST(identitiesAndRefusals);
  CPPUNIT_TEST(handshakesAreAnsweredAsHandlersSay);
  CPPUNIT_TEST(whoseHandshakeIsRefusedIsNotConnected);
  CPPUNIT_TEST(namespacesAreAskedFor);
  CPPUNIT_TEST(theEndOfASocketIsHeard);
  CPPUNIT_TEST(whatIsUnloadedServesNoMore);
  CPPUNIT_TEST(mistakesOfATestAreSaid);
  CPPUNIT_TEST(identitiesExpireWithTheClock);
  CPPUNIT_TEST(aPluginHasTablesAndTimersOfItsOwn);
  CPPUNIT_TEST(aPluginOfApi10IsServed);
  CPPUNIT_TEST(changedSettingsAreTakenOrNot);
  CPPUNIT_TEST(aCallIsOverItsTimeByTheClock);
  CPPUNIT_TEST(aTimerIsOverItsTimeByTheClock);
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
    // What is answered is emitted as well, under the event's own name.
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

  void handshakesAreAnsweredAsHandlersSay() {
    TestHost host;
    CPPUNIT_ASSERT_EQUAL(101, host.handshake().status);
    host.load(std::make_unique<Door>(), "door", "");
    const auto answer = host.handshake({.headers = {{"X-Node", "a"}}, .transport = "polling", .secure = true});
    CPPUNIT_ASSERT(answer.accepted());
    CPPUNIT_ASSERT_EQUAL(200, answer.status);
    CPPUNIT_ASSERT_EQUAL(std::string("node=a"), std::string(answer.header("set-cookie")));
    CPPUNIT_ASSERT_EQUAL(std::string("polling secure"), std::string(answer.header("X-Seen")));
    CPPUNIT_ASSERT_EQUAL(std::string("yes"), std::string(answer.header("X-Always")));
    CPPUNIT_ASSERT((HandshakeAnswer::Headers{{"X-Always", "yes"}}) == answer.sessionHeaders);

    const auto refused = host.handshake({.address = "203.0.113.1", .transport = "polling"});
    CPPUNIT_ASSERT(!refused.accepted());
    CPPUNIT_ASSERT_EQUAL(403, refused.status);
    CPPUNIT_ASSERT_EQUAL(std::string("Not from \"there\"."), refused.message);
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":4,"message":"Not from \"there\"."})"), refused.body);
    CPPUNIT_ASSERT(refused.headers.empty());
    const auto webSocket = host.handshake({.address = "203.0.113.1"});
    CPPUNIT_ASSERT_EQUAL(400, webSocket.status);
    CPPUNIT_ASSERT_EQUAL(refused.message, webSocket.body);

    const auto fault = host.handshake({.query = "fail", .transport = "polling"});
    CPPUNIT_ASSERT_EQUAL(503, fault.status);
    CPPUNIT_ASSERT(fault.body.find("secret") == std::string::npos);
    CPPUNIT_ASSERT(contains(host.log(), "a secret"));
    CPPUNIT_ASSERT_THROW(host.handshake({.transport = "pigeon"}), std::runtime_error);
  }

  void whoseHandshakeIsRefusedIsNotConnected() {
    TestHost host;
    host.load(std::make_unique<Door>(), "door", "");
    host.load(std::make_unique<HitCounter>(), "counter", HitDeclarations);
    auto ann = host.connect({.identity = host.user("Ann")});
    CPPUNIT_ASSERT_EQUAL(0, ann.ask("count").status());
    try {
      host.connect({.address = "203.0.113.1"});
      CPPUNIT_FAIL("let in");
    } catch (const HandshakeRefused& refused) {
      CPPUNIT_ASSERT_EQUAL(std::string("Not from \"there\"."), std::string(refused.what()));
      CPPUNIT_ASSERT_EQUAL(400, refused.answer.status);
    }
  }

  void namespacesAreAskedFor() {
    TestHost host;
    host.load(std::make_unique<Door>(), "door", "");
    auto ann = host.connect({.nsp = "/project-x"});
    host.emitter().emit(Target::toNamespace("/project-x"), "news", "1");
    CPPUNIT_ASSERT_EQUAL(std::string("1"), ann.expect("news").args);
    const auto refusal = [&host](const TestHost::Connection& connection) {
      try {
        host.connect(connection);
      } catch (const ConnectRefused& refused) {
        return std::string(refused.what());
      }
      return std::string("none");
    };
    CPPUNIT_ASSERT_EQUAL(std::string("Invalid namespace"), refusal({.nsp = "/elsewhere"}));
    CPPUNIT_ASSERT_EQUAL(std::string("Invalid namespace"), refusal({.nsp = "/project-y", .transport = "polling"}));
    CPPUNIT_ASSERT_EQUAL(std::string("not that one"), refusal({.nsp = "/project-secret"}));
    CPPUNIT_ASSERT_EQUAL(std::string("none"), refusal({.nsp = "/project-secret", .auth = R"({"key":1})"}));
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

  void whatIsUnloadedServesNoMore() {
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

  void aPluginHasTablesAndTimersOfItsOwn() {
    TestHost host;
    host.load(std::make_unique<Ticking>(), "ticking", "");
    auto client = host.connect();
    host.advance(std::chrono::seconds(59));
    CPPUNIT_ASSERT(client.received().empty());
    host.advance(std::chrono::seconds(1));
    CPPUNIT_ASSERT_EQUAL(std::string("1"), client.expect("tick").args);
    // On a grid, whatever was missed of it.
    host.advance(std::chrono::seconds(150));
    host.advance(std::chrono::seconds(30));
    CPPUNIT_ASSERT_EQUAL(std::string("2"), client.expect("tick").args);
    CPPUNIT_ASSERT_EQUAL(std::string("3"), client.expect("tick").args);
    CPPUNIT_ASSERT(client.received().empty());
    CPPUNIT_ASSERT(host.unload("ticking"));
    // The next version finds its tables as they are.
    host.load(std::make_unique<Ticking>(), "ticking", "");
    host.advance(std::chrono::minutes(1));
    CPPUNIT_ASSERT_EQUAL(std::string("4"), client.expect("tick").args);
  }

  // What was built with the interfaces of 1.0 finds every function where it was.
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

  void changedSettingsAreTakenOrNot() {
    TestHost host;
    host.load(std::make_unique<Tuned>(), "tuned",
              "event greet\nsetting greeting text Hello | What it says\nsetting size integer 1 1..9 | How big\n");
    auto client = host.connect();
    CPPUNIT_ASSERT_EQUAL(std::string("\"Hello\""), client.ask("greet").args);
    CPPUNIT_ASSERT(host.reconfigure("tuned", {{"greeting", "Hi"}}));
    CPPUNIT_ASSERT_EQUAL(std::string("\"Hi\""), client.ask("greet").args);
    // The server would start it anew; here it goes on as it was.
    CPPUNIT_ASSERT(!host.reconfigure("tuned", {{"greeting", "Ho"}, {"size", "2"}}));
    CPPUNIT_ASSERT_EQUAL(std::string("\"Hi\""), client.ask("greet").args);
    CPPUNIT_ASSERT(!host.reconfigure("tuned", {{"greeting", "throw"}}));
    CPPUNIT_ASSERT(contains(host.log(), "it failed to take its changed settings"));
    CPPUNIT_ASSERT_EQUAL(std::string("\"Hi\""), client.ask("greet").args);
    CPPUNIT_ASSERT_THROW(host.reconfigure("tuned", {{"size", "10"}}), std::runtime_error);
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

CPPUNIT_TEST_SUITE_REGISTRATION(TestHostTest);
