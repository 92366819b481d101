#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "core/socketio/Rig.h"
#include "socketio/Client.h"

namespace chat::socketio {
namespace {

using test::assertLines;
using test::FakeSession;
using test::Rig;

/// Entering namespaces, and being refused.
class ConnectTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ConnectTest);
  CPPUNIT_TEST(testConnect);
  CPPUNIT_TEST(testUnknownNamespaceIsRefused);
  CPPUNIT_TEST(testRefusedAtOnceAndLater);
  CPPUNIT_TEST(testSecondConnectChangesNothing);
  CPPUNIT_TEST(testTooManyNamespaces);
  CPPUNIT_TEST(testConnectTimeout);
  CPPUNIT_TEST(testTimeoutAfterLastNamespaceWasLeft);
  CPPUNIT_TEST_SUITE_END();

 public:
  void testConnect() {
    Rig rig;
    FakeSession& session = rig.openSession();
    rig.text(session, "0");
    rig.text(session, R"(0/chat,{"token":"123"})");
    assertLines({"connecting / {}", R"(connecting /chat {"token":"123"})"}, rig.sink.log);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, session.sent.size());
    const std::string id = rig.socket()->id();
    CPPUNIT_ASSERT_EQUAL(std::size_t{20}, id.size());
    CPPUNIT_ASSERT_EQUAL(R"(0/chat,{"sid":")" + id + "\"}", session.sent[1]);
    CPPUNIT_ASSERT(session.sent[0].starts_with(R"(0{"sid":")"));
  }

  void testUnknownNamespaceIsRefused() {
    Rig rig;
    FakeSession& session = rig.openSession();
    rig.text(session, "0/random");
    assertLines({R"(4/random,{"message":"Invalid namespace"})"}, session.sent);
    rig.text(session, "0");
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, session.sent.size());
    CPPUNIT_ASSERT(!session.closed);
  }

  void testRefusedAtOnceAndLater() {
    Rig rig;
    rig.sink.connecting = [](Socket& socket) { socket.refuse("unauthorized", R"({"code":401})"); };
    FakeSession& session = rig.openSession();
    rig.text(session, "0/chat,");
    assertLines({R"(4/chat,{"message":"unauthorized","data":{"code":401}})"}, session.sent);
    assertLines({"connecting /chat {}", "gone /chat"}, rig.sink.log);

    rig.sink.connecting = [](Socket&) {};
    rig.text(session, "0/chat,");
    const SocketHandle handle = rig.sink.last;
    rig.on([&] {
      Socket* socket = rig.server->find(handle);
      socket->emit("early", "1");
      socket->refuse("no", {});
      CPPUNIT_ASSERT(rig.server->find(handle) == nullptr);
    });
    CPPUNIT_ASSERT_EQUAL(std::string(R"(4/chat,{"message":"no"})"), session.sent.back());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, session.sent.size());
    CPPUNIT_ASSERT(!session.closed);
  }

  void testSecondConnectChangesNothing() {
    Rig rig;
    FakeSession& session = rig.connected();
    rig.text(session, "0");
    rig.text(session, R"(2["still there"])");
    assertLines({"connecting / {}", "event still there []"}, rig.sink.log);
    assertLines({}, session.sent);
    CPPUNIT_ASSERT(!session.closed);
  }

  void testTooManyNamespaces() {
    Options options = Rig::defaultOptions();
    options.maxNamespacesPerClient = 1;
    Rig rig(options);
    FakeSession& session = rig.connected();
    rig.text(session, "0/chat,");
    assertLines({R"(4/chat,{"message":"Too many namespaces"})"}, session.sent);
  }

  void testConnectTimeout() {
    Rig rig;
    FakeSession& idle = rig.openSession();
    FakeSession& entered = rig.connected();
    rig.advance(base::Duration(44'900));
    CPPUNIT_ASSERT(!idle.closed);
    rig.advance(base::Duration(200));
    CPPUNIT_ASSERT(idle.closed == engineio::CloseReason::ForcedClose);
    CPPUNIT_ASSERT(!entered.closed);
  }

  void testTimeoutAfterLastNamespaceWasLeft() {
    Rig rig;
    FakeSession& left = rig.connected();
    FakeSession& back = rig.connected();
    rig.text(left, "1");
    rig.text(back, "1");
    rig.advance(base::Duration(30'000));
    rig.text(back, "0");
    rig.text(left, "0/random");
    rig.advance(base::Duration(16'000));
    CPPUNIT_ASSERT(left.closed);
    CPPUNIT_ASSERT(!back.closed);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectTest);

}  // namespace
}  // namespace chat::socketio
