#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/socketio/Rig.h"
#include "socketio/Client.h"

namespace chat::socketio {
namespace {

using test::assertLines;
using test::FakeSession;
using test::Lines;
using test::Rig;

/// How sockets leave: ended by the client, the server or the session.
class DisconnectTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DisconnectTest);
  CPPUNIT_TEST(testClientLeaves);
  CPPUNIT_TEST(testServerDisconnects);
  CPPUNIT_TEST(testServerClosesTheConnection);
  CPPUNIT_TEST(testServerDisconnectsTheWholeClient);
  CPPUNIT_TEST(testSessionEnds);
  CPPUNIT_TEST(testReasons);
  CPPUNIT_TEST(testEndFromWithinCalls);
  CPPUNIT_TEST_SUITE_END();

 public:
  void testClientLeaves() {
    Rig rig;
    FakeSession& session = rig.connected();
    rig.text(session, "0/chat,");
    session.sent.clear();
    rig.sink.log.clear();
    rig.text(session, "1/chat");
    rig.text(session, R"(2["to main"])");
    assertLines({"disconnecting client namespace disconnect", "gone /chat", "event to main []"}, rig.sink.log);
    rig.text(session, "0/chat,");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, session.sent.size());

    // A socket that disconnects while its admission is being decided gets no answer.
    rig.sink.log.clear();
    rig.sink.connecting = [](Socket&) {};
    rig.text(session, "1/chat");
    rig.sink.log.clear();
    rig.text(session, "0/chat,");
    rig.text(session, "1/chat,");
    assertLines({"connecting /chat {}", "gone /chat"}, rig.sink.log);
    CPPUNIT_ASSERT(!session.closed);
  }

  void testServerDisconnects() {
    Rig rig;
    FakeSession& session = rig.connected();
    const SocketHandle handle = rig.sink.last;
    rig.sink.log.clear();
    rig.sink.disconnecting = [](Socket& socket) {
      CPPUNIT_ASSERT(socket.in("room"));
      socket.emit("too late", "");
      socket.disconnect(true);
    };
    rig.on([&] {
      Socket* socket = rig.server->find(handle);
      socket->join("room");
      socket->disconnect(false);
      CPPUNIT_ASSERT(rig.server->find(handle) == nullptr);
      rig.server->find("/")->forEach({}, [](Socket&) { CPPUNIT_FAIL("a socket is left"); });
    });
    assertLines({"1"}, session.sent);
    assertLines({"disconnecting server namespace disconnect", "gone /"}, rig.sink.log);

    rig.sink.disconnecting = nullptr;

    // Packets that the client sent before it got the DISCONNECT are no error.
    rig.text(session, R"(2["sent before it knew"])");
    CPPUNIT_ASSERT(!session.closed);
    rig.text(session, "0");
    rig.text(session, R"(2["back"])");
    CPPUNIT_ASSERT_EQUAL(std::string("event back []"), rig.sink.log.back());
    CPPUNIT_ASSERT(rig.sink.last.slot == handle.slot && rig.sink.last != handle);
  }

  void testServerClosesTheConnection() {
    assertBothEnd([](Socket& socket) { socket.disconnect(true); }, {}, "forced server close");
  }

  void testServerDisconnectsTheWholeClient() {
    assertBothEnd([](Socket& socket) { socket.disconnectClient(); }, {"1", "1/chat,"}, "server namespace disconnect");
  }

  void testSessionEnds() {
    Rig rig;
    FakeSession& session = rig.connected();
    const SocketHandle main = rig.sink.last;
    rig.sink.connecting = [](Socket&) {};
    rig.text(session, "0/chat,");
    rig.text(session, R"(51-["half of it"])");
    rig.sink.log.clear();
    rig.close(session, engineio::CloseReason::TransportClose);
    assertLines({"gone /chat", "disconnecting transport close", "gone /"}, rig.sink.log);
    CPPUNIT_ASSERT(rig.on([&] { return rig.server->find(main) == nullptr; }));
    CPPUNIT_ASSERT(rig.on([&] { return rig.server->find(rig.sink.last) == nullptr; }));
  }

  void testReasons() {
    const std::vector<std::pair<engineio::CloseReason, std::string>> rows = {
        {engineio::CloseReason::TransportClose, "transport close"},
        {engineio::CloseReason::TransportError, "transport error"},
        {engineio::CloseReason::PingTimeout, "ping timeout"},
        {engineio::CloseReason::ParseError, "parse error"},
        {engineio::CloseReason::ForcedClose, "forced close"},
        {engineio::CloseReason::ServerShutdown, "server shutting down"},
    };
    for (const auto& [reason, words] : rows) {
      Rig rig;
      FakeSession& session = rig.connected();
      rig.sink.log.clear();
      rig.close(session, reason);
      assertLines({"disconnecting " + words, "gone /"}, rig.sink.log);
    }
  }

  void testEndFromWithinCalls() {
    for (const bool closesAtOnce : {false, true}) {
      for (const bool binary : {false, true}) {
        Rig rig(Rig::defaultOptions(), closesAtOnce);
        FakeSession& session = rig.connected();
        rig.sink.handling = [](Socket& socket, const EventView&) { socket.disconnect(true); };
        rig.sink.disconnecting = [](Socket& socket) { socket.session().close(); };
        rig.text(session, binary ? R"(51-["bye"])" : R"(2["bye"])");
        if (binary) rig.binary(session, "x");
        CPPUNIT_ASSERT(session.closed);
        CPPUNIT_ASSERT_EQUAL(std::string("gone /"), rig.sink.log.back());
      }
    }
    // A client of Socket.IO 2 is accepted, and here disconnected, before the session has its listener.
    Rig rig;
    rig.sink.connecting = [](Socket& socket) {
      socket.accept();
      socket.disconnect(true);
    };
    FakeSession& session = rig.openSession(3);
    rig.settle();
    CPPUNIT_ASSERT(session.closed);
  }

 private:
  /// A client in two namespaces: what it is sent, and the sink's log of both.
  void assertBothEnd(const std::function<void(Socket&)>& end, const Lines& sent, const std::string& reason) {
    for (const bool closesAtOnce : {false, true}) {
      Rig rig(Rig::defaultOptions(), closesAtOnce);
      FakeSession& session = rig.connected();
      rig.text(session, "0/chat,");
      session.sent.clear();
      rig.sink.log.clear();
      rig.on([&] { end(*rig.server->find(rig.sink.last)); });
      rig.settle();
      assertLines(sent, session.sent);
      assertLines({"disconnecting " + reason, "gone /chat", "disconnecting " + reason, "gone /"}, rig.sink.log);
      CPPUNIT_ASSERT(session.closed == engineio::CloseReason::ForcedClose);
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DisconnectTest);

}  // namespace
}  // namespace chat::socketio
