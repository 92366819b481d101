#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "core/socketio/Rig.h"
#include "socketio/Client.h"

namespace chat::socketio {
namespace {

using test::assertLines;
using test::FakeSession;
using test::Rig;

/// Packets of a client that has entered a namespace.
class PacketsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PacketsTest);
  CPPUNIT_TEST(testEventsArriveInOrder);
  CPPUNIT_TEST(testBinaryEventWaitsForItsAttachments);
  CPPUNIT_TEST(testBrokenPacketsEndTheSession);
  CPPUNIT_TEST(testWhatIsTooDeepEndsNoSession);
  CPPUNIT_TEST(testUnawaitedAcksAreIgnored);
  CPPUNIT_TEST(testPacketsAtTheWrongTimeEndTheSession);
  CPPUNIT_TEST(testDrained);
  CPPUNIT_TEST_SUITE_END();

 public:
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
    // Both the official server and client end the connection for a placeholder without an attachment.
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

  void testWhatIsTooDeepEndsNoSession() {
    Rig rig;
    FakeSession& session = rig.connected();
    rig.sink.log.clear();
    const std::string deep = std::string(2000, '[') + std::string(2000, ']');
    rig.text(session, R"(27["one",)" + deep + "]");
    rig.text(session, "3" + deep);
    rig.text(session, R"(0/chat,{"a":)" + deep + "}");
    rig.text(session, R"(51-["two",{"_placeholder":true,"num":0},)" + deep + "]");
    rig.binary(session, "bytes");
    rig.text(session, R"(2["still there"])");
    CPPUNIT_ASSERT(!session.closed);
    assertLines({"too deep one [] #7", "too deep two []", "event still there []"}, rig.sink.log);
    CPPUNIT_ASSERT_EQUAL(std::string(R"(4/chat,{"message":"The auth payload is nested too deep"})"),
                         session.sent.back());
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(PacketsTest);

}  // namespace
}  // namespace chat::socketio
