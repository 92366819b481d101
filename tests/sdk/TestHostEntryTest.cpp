#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "LogLines.h"
#include "testing/TestHost.h"

using namespace chat::plugin;
using namespace chat::testing;

namespace {

/// Refuses some addresses, gives the others a cookie, and has a namespace for every project.
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

}  // namespace

/// Which clients get a session, and which namespaces exist.
class TestHostEntryTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TestHostEntryTest);
  CPPUNIT_TEST(handshakesAreAnsweredAsHandlersSay);
  CPPUNIT_TEST(aClientWithARefusedHandshakeIsNotConnected);
  CPPUNIT_TEST(namespacesAreAskedFor);
  CPPUNIT_TEST_SUITE_END();

 public:
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

  void aClientWithARefusedHandshakeIsNotConnected() {
    TestHost host;
    host.load(std::make_unique<Door>(), "door", "");
    CPPUNIT_ASSERT(host.connect({.identity = host.user("Ann")}).connected());
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(TestHostEntryTest);
