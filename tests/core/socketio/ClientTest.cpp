#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "core/socketio/Rig.h"
#include "socketio/Client.h"

namespace chat::socketio {
namespace {

using test::FakeSession;
using test::Rig;
using Lines = std::vector<std::string>;

void assertLines(const Lines& expected, const Lines& actual) {
  std::string left, right;
  for (const auto& line : expected) left += line + "\n";
  for (const auto& line : actual) right += line + "\n";
  CPPUNIT_ASSERT_EQUAL(left, right);
}

class ClientTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ClientTest);
  CPPUNIT_TEST(testConnect);
  CPPUNIT_TEST(testUnknownNamespaceIsRefused);
  CPPUNIT_TEST(testRefusedAtOnceAndLater);
  CPPUNIT_TEST(testSecondConnectChangesNothing);
  CPPUNIT_TEST(testTooManyNamespaces);
  CPPUNIT_TEST(testEventsArriveInOrder);
  CPPUNIT_TEST(testBinaryEventWaitsForItsAttachments);
  CPPUNIT_TEST(testBrokenPacketsEndTheSession);
  CPPUNIT_TEST(testUnawaitedAcksAreIgnored);
  CPPUNIT_TEST(testPacketsAtTheWrongTimeEndTheSession);
  CPPUNIT_TEST(testClientLeaves);
  CPPUNIT_TEST(testServerDisconnects);
  CPPUNIT_TEST(testServerClosesTheConnection);
  CPPUNIT_TEST(testServerDisconnectsTheWholeClient);
  CPPUNIT_TEST(testSessionEnds);
  CPPUNIT_TEST(testReasons);
  CPPUNIT_TEST(testConnectTimeout);
  CPPUNIT_TEST(testTimeoutAfterLastNamespaceWasLeft);
  CPPUNIT_TEST(testDrained);
  CPPUNIT_TEST(testEndFromWithinCalls);
  CPPUNIT_TEST(testOldClientEntersMainNamespaceUnasked);
  CPPUNIT_TEST(testOldClientAuthenticatesByQuery);
  CPPUNIT_TEST(testOldClientIsRefusedWithTheDataAlone);
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

  void testEventsArriveInOrder() {
    Rig rig;
    FakeSession& session = rig.connected();
    rig.text(session, "0/chat,");
    session.sent.clear();
    rig.sink.log.clear();
    rig.sink.handling = [](Socket& socket, const EventView& event) {
      socket.emit("back", event.args);
      if (event.ackId) socket.ack(*event.ackId, event.args);
    };
    rig.text(session, R"(2["one",1,{"a":[]}])");
    rig.text(session, R"(2/chat,456["two"])");
    assertLines({R"(event one [1,{"a":[]}])", "event two [] #456"}, rig.sink.log);
    assertLines({R"(2["back",1,{"a":[]}])", R"(2/chat,["back"])", "3/chat,456[]"}, session.sent);
  }

  void testBinaryEventWaitsForItsAttachments() {
    Rig rig;
    FakeSession& session = rig.connected();
    rig.sink.log.clear();
    rig.sink.handling = [](Socket& socket, const EventView& event) {
      if (event.ackId) socket.ack(*event.ackId, event.args, event.attachments);
    };
    const std::string args = R"({"_placeholder":true,"num":0},{"_placeholder":true,"num":1})";
    rig.text(session, "52-789[\"pic\"," + args + "]");
    rig.binary(session, "first");
    assertLines({}, rig.sink.log);
    rig.binary(session, "");
    assertLines({"event pic [" + args + "] #789 b:first b:"}, rig.sink.log);
    assertLines({"62-789[" + args + "]", "b:first", "b:"}, session.sent);

    rig.text(session, R"(50-["none"])");
    CPPUNIT_ASSERT_EQUAL(std::string("event none []"), rig.sink.log.back());
    CPPUNIT_ASSERT(!session.closed);
  }

  void testBrokenPacketsEndTheSession() {
    for (const std::string_view bad :
         {"abc", "2{}", R"(2abc["x"])", R"(2["a"]])", R"(2["a",)", R"(2["connect"])", R"(2[{}])", "2", "31", "3[1",
          "0[]", R"(0/chat,{"a":})", R"(511-["a"])", "1[]", ""}) {
      Rig rig;
      FakeSession& session = rig.connected();
      rig.sink.log.clear();
      rig.text(session, bad);
      CPPUNIT_ASSERT_MESSAGE(std::string(bad), session.closed == engineio::CloseReason::ParseError);
      assertLines({"disconnecting parse error", "gone /"}, rig.sink.log);
    }
    {
      Rig rig;
      FakeSession& session = rig.connected();
      rig.binary(session, "nobody waits for this");
      CPPUNIT_ASSERT(session.closed == engineio::CloseReason::ParseError);
    }
    // The official server and client alike end the connection upon a placeholder of no attachment.
    for (const std::string_view bad :
         {R"(51-["a",{"_placeholder":true,"num":1}])", R"(51-["a",[{"_placeholder":true}]])",
          R"(61-1[{"_placeholder":true,"num":-1}])"}) {
      Rig rig;
      FakeSession& session = rig.connected();
      rig.sink.log.clear();
      rig.text(session, bad);
      rig.binary(session, "x");
      CPPUNIT_ASSERT_MESSAGE(std::string(bad), session.closed == engineio::CloseReason::ParseError);
      assertLines({"disconnecting parse error", "gone /"}, rig.sink.log);
    }
    Rig rig;
    FakeSession& session = rig.connected();
    rig.text(session, R"(51-["a"])");
    rig.text(session, R"(2["b"])");
    CPPUNIT_ASSERT(session.closed == engineio::CloseReason::ParseError);
  }

  void testUnawaitedAcksAreIgnored() {
    Rig rig;
    FakeSession& session = rig.connected();
    for (const auto* packet : {R"(3456[1])", R"(3123456789012345678901234567890[1])", R"(3[1])"})
      rig.text(session, packet);
    rig.text(session, R"(61-123456789012345678901234567890[{"_placeholder":true,"num":0}])");
    rig.binary(session, "bytes");
    rig.text(session, R"(2["still there"])");
    CPPUNIT_ASSERT(!session.closed);
    CPPUNIT_ASSERT_EQUAL(std::string("event still there []"), rig.sink.log.back());
  }

  void testPacketsAtTheWrongTimeEndTheSession() {
    for (const std::string_view packet :
         {R"(2/chat,["not entered"])", R"(2/random,["unknown"])", "1/chat,", R"(4{"message":"from a client"})"}) {
      Rig rig;
      FakeSession& session = rig.connected();
      rig.sink.log.clear();
      rig.text(session, packet);
      CPPUNIT_ASSERT_MESSAGE(std::string(packet), session.closed == engineio::CloseReason::ForcedClose);
      assertLines({"disconnecting forced server close", "gone /"}, rig.sink.log);
    }
    Rig rig;
    rig.sink.connecting = [](Socket&) {};
    FakeSession& session = rig.openSession();
    rig.text(session, "0");
    rig.text(session, R"(2["not accepted yet"])");
    CPPUNIT_ASSERT(session.closed == engineio::CloseReason::ForcedClose);
    assertLines({"connecting / {}", "gone /"}, rig.sink.log);
  }

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

    // One that changes its mind while it is looked at is never told anything.
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
      CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.server->find("/")->socketCount());
      CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.server->find("/")->roomCount());
    });
    assertLines({"1"}, session.sent);
    assertLines({"disconnecting server namespace disconnect", "gone /"}, rig.sink.log);

    rig.sink.disconnecting = nullptr;

    // What was under way when the client was told is no fault of its.
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

  /// A client in two namespaces: what it is sent, and what is heard of both.
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
      CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.on([&] { return rig.server->clientCount(); }));
    }
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
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.on([&] { return rig.server->clientCount(); }));
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

  void testDrained() {
    Rig rig;
    FakeSession& session = rig.connected();
    rig.sink.log.clear();
    rig.on([&] { session.listener->onDrained(session); });
    assertLines({"drained /"}, rig.sink.log);
    rig.text(session, "0/chat,");
    rig.sink.log.clear();
    rig.on([&] { session.listener->onDrained(session); });
    assertLines({"drained /", "drained /chat"}, rig.sink.log);
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
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.on([&] { return rig.server->clientCount(); }));
      }
    }
    // An old client is let in, and here thrown out, before the session knows its listener.
    Rig rig;
    rig.sink.connecting = [](Socket& socket) {
      socket.accept();
      socket.disconnect(true);
    };
    FakeSession& session = rig.openSession(3);
    rig.settle();
    CPPUNIT_ASSERT(session.closed);
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.on([&] { return rig.server->clientCount(); }));
  }

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

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTest);

}  // namespace
}  // namespace chat::socketio
