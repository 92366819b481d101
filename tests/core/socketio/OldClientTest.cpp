#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "core/socketio/Rig.h"
#include "socketio/Client.h"

namespace chat::socketio {
namespace {

using test::assertLines;
using test::FakeSession;
using test::Rig;

/// Clients of Socket.IO 2 (Engine.IO 3).
class OldClientTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(OldClientTest);
  CPPUNIT_TEST(testOldClientEntersMainNamespaceUnasked);
  CPPUNIT_TEST(testOldClientAuthenticatesByQuery);
  CPPUNIT_TEST(testOldClientIsRefusedWithTheDataAlone);
  CPPUNIT_TEST_SUITE_END();

 public:
  void testOldClientEntersMainNamespaceUnasked() {
    Rig rig;
    FakeSession& session = rig.openSession(3);
    assertLines({"0"}, session.sent);
    rig.text(session, R"(21["hello"])");
    rig.text(session, "0/chat,");
    assertLines({"0", "0/chat,"}, session.sent);
    assertLines({"connecting / {}", "event hello [] #1", "connecting /chat {}"}, rig.sink.log);
  }

  void testOldClientAuthenticatesByQuery() {
    Rig rig;
    FakeSession& session = rig.openSession(3);
    rig.text(session, "0/chat?token=123,");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(connecting /chat {"token":"123"})"), rig.sink.log.back());
    rig.text(session, R"(2/chat?token=123,["hello"])");
    CPPUNIT_ASSERT_EQUAL(std::string("event hello []"), rig.sink.log.back());
  }

  void testOldClientIsRefusedWithTheDataAlone() {
    Rig rig;
    FakeSession& session = rig.openSession(3);
    session.sent.clear();
    rig.sink.connecting = [](Socket& socket) { socket.refuse("unauthorized", R"({"code":401})"); };
    rig.text(session, "0/chat,");
    rig.sink.connecting = [](Socket& socket) { socket.refuse("say \"please\"", {}); };
    rig.text(session, "0/chat,");
    rig.text(session, "0/random,");
    assertLines({R"(4/chat,{"code":401})", R"(4/chat,"say \"please\"")", R"(4/random,{"message":"Invalid namespace"})"},
                session.sent);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OldClientTest);

}  // namespace
}  // namespace chat::socketio
