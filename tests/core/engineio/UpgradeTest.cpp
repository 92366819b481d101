#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/engineio/Clients.h"

namespace chat::engineio {

using test::joined;
using test::PollingClient;
using test::Rig;
using test::WebSocketClient;

class UpgradeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(UpgradeTest);
  CPPUNIT_TEST(waitingPollsAreAnsweredAgainAndAgain);
  CPPUNIT_TEST(afterwardsTheSessionIsTheWebSocketsAlone);
  CPPUNIT_TEST(anInvalidUpgradeClosesOnlyThatWebSocket);
  CPPUNIT_TEST(aWebSocketThatGoesAwayLeavesTheSession);
  CPPUNIT_TEST(itHasToBeDoneInTime);
  CPPUNIT_TEST(messagesComeOnceAndInOrder);
  CPPUNIT_TEST(aPingOnItsWayIsSentOverTheWebSocket);
  CPPUNIT_TEST(oneAtATimeAndOnlyIfAllowed);
  CPPUNIT_TEST(aPausedSessionStaysPaused);
  CPPUNIT_TEST(aThrottledPostIsAnswered);
  CPPUNIT_TEST(aSessionThatIsClosedMeanwhileEndsOverTheWebSocket);
  CPPUNIT_TEST(closedOverPollingIfTheClientStillPolls);
  CPPUNIT_TEST(theEndOfTheSessionEndsItsProbe);
  CPPUNIT_TEST_SUITE_END();

 public:
  void waitingPollsAreAnsweredAgainAndAgain() {
    Rig rig;
    PollingClient polling(rig);
    auto& first = polling.poll();
    WebSocketClient socket(rig, 4, polling.sid);
    CPPUNIT_ASSERT(!first.answered());
    socket.send("2probe");
    CPPUNIT_ASSERT_EQUAL(std::string("3probe"), joined(socket.received()));
    CPPUNIT_ASSERT_EQUAL(std::string("6"), first.answer);
    auto& second = polling.poll();
    rig.advance(base::Duration{99});
    CPPUNIT_ASSERT(!second.answered());
    rig.advance(base::Duration{1});
    CPPUNIT_ASSERT_EQUAL(std::string("6"), second.answer);
    auto& third = polling.poll();
    socket.send("5");
    CPPUNIT_ASSERT_EQUAL(std::string("6"), third.answer);
    CPPUNIT_ASSERT_EQUAL(std::string("session"), joined(rig.heard()));
  }

  void afterwardsTheSessionIsTheWebSocketsAlone() {
    Rig rig;
    PollingClient polling(rig);
    CPPUNIT_ASSERT(polling.opening.front().find(R"("upgrades":["websocket"])") != std::string::npos);
    WebSocketClient socket(rig, 4, polling.sid);
    socket.send("2probe");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions("polling"));
    socket.send("5");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions("websocket"));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":3,"message":"Bad request"})"), polling.poll().answer);
    CPPUNIT_ASSERT_EQUAL(400, polling.post("4a").status);
    WebSocketClient other(rig, 4, polling.sid);
    CPPUNIT_ASSERT_EQUAL(std::string("close 1008"), joined(other.received()));
    socket.send("4b");
    rig.sendText("c");
    CPPUNIT_ASSERT_EQUAL(std::string("session | b"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::string("3probe | 4c"), joined(socket.received()));
    socket.send("5");  // a second call does nothing
    CPPUNIT_ASSERT_EQUAL(std::string("closed: parse error"), joined(rig.heard()));
  }

  void anInvalidUpgradeClosesOnlyThatWebSocket() {
    const std::vector<std::vector<std::string>> rows = {{"2wrong"},
                                                        {"5"},
                                                        {"4a"},
                                                        {"2"},
                                                        {"x"},
                                                        {"b:\x01"},
                                                        {"2probe", "4a"},
                                                        {"2probe", "2probe"},
                                                        {"2probe", "5x"},
                                                        {"2probe", "x"},
                                                        {"2probe", "b:\x05"},
                                                        {"2probe", "1"},
                                                        {""}};
    for (const auto& row : rows) {
      Rig rig;
      PollingClient polling(rig);
      WebSocketClient socket(rig, 4, polling.sid);
      for (const auto& packet : row) {
        if (packet.starts_with("b:")) {
          socket.sendBinary(packet.substr(2));
        } else {
          socket.send(packet);
        }
      }
      CPPUNIT_ASSERT_EQUAL_MESSAGE(joined(row), std::string("close 1000"), socket.received().back());
      polling.send("4a");
      rig.sendText("b");
      CPPUNIT_ASSERT_EQUAL(std::string("session | a"), joined(rig.heard()));
      CPPUNIT_ASSERT_EQUAL(std::string("4b"), joined(polling.received()));
      WebSocketClient another(rig, 4, polling.sid);  // the client may try again
      another.send("2probe");
      CPPUNIT_ASSERT_EQUAL(std::string("3probe"), joined(another.received()));
    }
  }

  void aWebSocketThatGoesAwayLeavesTheSession() {
    for (const bool isProbed : {false, true}) {
      for (const bool isClosed : {false, true}) {
        Rig rig;
        PollingClient polling(rig);
        WebSocketClient socket(rig, 4, polling.sid);
        if (isProbed) socket.send("2probe");
        if (isClosed) {
          socket.close(1001);
        } else {
          socket.vanish();
        }
        auto& poll = polling.poll();
        rig.advance(base::Duration{1'000});
        CPPUNIT_ASSERT_MESSAGE("nobody is reminded any more", !poll.answered());
        rig.sendText("a");
        CPPUNIT_ASSERT_EQUAL(std::string("4a"), poll.answer);
        WebSocketClient another(rig, 4, polling.sid);
        another.send("2probe");
        CPPUNIT_ASSERT_EQUAL(std::string("3probe"), joined(another.received()));
      }
    }
  }

  void itHasToBeDoneInTime() {
    for (const bool isProbed : {false, true}) {
      Rig rig;
      PollingClient polling(rig);
      WebSocketClient socket(rig, 4, polling.sid);
      if (isProbed) socket.send("2probe");
      socket.received();
      rig.advance(base::Duration{9'999});
      CPPUNIT_ASSERT_EQUAL(std::string(), joined(socket.received()));
      rig.advance(base::Duration{1});
      CPPUNIT_ASSERT_EQUAL(std::string("close 1000"), joined(socket.received()));
      polling.send("4a");
      CPPUNIT_ASSERT_EQUAL(std::string("session | a"), joined(rig.heard()));
    }
  }

  void messagesComeOnceAndInOrder() {
    Rig rig;
    PollingClient polling(rig);
    rig.sendText("before");
    WebSocketClient socket(rig, 4, polling.sid);
    polling.send("4one");
    socket.send("2probe");
    CPPUNIT_ASSERT_EQUAL(std::string("4before"), joined(polling.received()));
    rig.advance(base::Duration{100});  // ends the poll that received() has left
    CPPUNIT_ASSERT_EQUAL(std::string("6"), polling.waiting->answer);
    polling.waiting = nullptr;
    polling.send("4two");
    rig.withSession([](Session& session) {
      const std::string_view pieces[] = {"dur", "ing"};
      session.sendText(pieces);
      session.sendBinary("\x01\x02");
      session.send(WirePacket::text("shared"));
      session.send(WirePacket::binary("\x03"));
      CPPUNIT_ASSERT(session.backlog() > 0);
    });
    const int drained = rig.above.drained;
    socket.write(websocket::frame(0x81, "5") + websocket::frame(0x81, "4three"));
    CPPUNIT_ASSERT_EQUAL(drained + 1, rig.above.drained);
    rig.sendText("after");
    CPPUNIT_ASSERT_EQUAL(std::string("3probe | 4during | b:\x01\x02 | 4shared | b:\x03 | 4after"),
                         joined(socket.received()));
    CPPUNIT_ASSERT_EQUAL(std::string("session | one | two | three"), joined(rig.heard()));
  }

  void aPingOnItsWayIsSentOverTheWebSocket() {
    Rig rig;
    PollingClient polling(rig);
    rig.advance(base::Duration{24'900});
    WebSocketClient socket(rig, 4, polling.sid);
    socket.send("2probe");
    rig.advance(base::Duration{100});
    socket.send("5");
    CPPUNIT_ASSERT_EQUAL(std::string("3probe | 2"), joined(socket.received()));
    rig.advance(base::Duration{19'999});
    socket.send("3");
    rig.advance(base::Duration{25'000});
    CPPUNIT_ASSERT_EQUAL(std::string("2"), joined(socket.received()));
  }

  void oneAtATimeAndOnlyIfAllowed() {
    {
      Rig rig;
      PollingClient polling(rig);
      WebSocketClient first(rig, 4, polling.sid);
      WebSocketClient second(rig, 4, polling.sid);
      CPPUNIT_ASSERT_EQUAL(std::string("close 1008"), joined(second.received()));
      first.send("2probe");
      first.send("5");
      rig.sendText("a");
      CPPUNIT_ASSERT_EQUAL(std::string("3probe | 4a"), joined(first.received()));
    }
    Options options;
    options.allowUpgrades = false;
    Rig rig(options);
    PollingClient polling(rig);
    CPPUNIT_ASSERT(polling.opening.front().find(R"("upgrades":[])") != std::string::npos);
    WebSocketClient socket(rig, 4, polling.sid);
    CPPUNIT_ASSERT_EQUAL(std::string("close 1008"), joined(socket.received()));
  }

  void aPausedSessionStaysPaused() {
    Rig rig;
    PollingClient polling(rig);
    rig.withSession([](Session& session) { session.pauseReading(); });
    WebSocketClient socket(rig, 4, polling.sid);
    socket.send("2probe");
    socket.send("5");
    socket.send("4a");
    CPPUNIT_ASSERT_EQUAL(std::string("session"), joined(rig.heard()));
    rig.withSession([](Session& session) { session.resumeReading(); });
    CPPUNIT_ASSERT_EQUAL(std::string("a"), joined(rig.heard()));
  }

  void aThrottledPostIsAnswered() {
    Rig rig;
    PollingClient polling(rig);
    rig.withSession([](Session& session) { session.pauseReading(); });
    auto& post = polling.post("4a");
    CPPUNIT_ASSERT(!post.answered());
    WebSocketClient socket(rig, 4, polling.sid);
    socket.send("2probe");
    CPPUNIT_ASSERT(!post.answered());
    socket.send("5");
    CPPUNIT_ASSERT_EQUAL(std::string("ok"), post.answer);
  }

  void aSessionThatIsClosedMeanwhileEndsOverTheWebSocket() {
    Rig rig;
    PollingClient polling(rig);
    WebSocketClient socket(rig, 4, polling.sid);
    socket.send("2probe");
    rig.sendText("last");
    rig.withSession([](Session& session) { session.close(); });
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: forced close"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::string("3probe"), joined(socket.received()));
    socket.send("5");
    CPPUNIT_ASSERT_EQUAL(std::string("4last | close 1000"), joined(socket.received()));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
    CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
  }

  void closedOverPollingIfTheClientStillPolls() {
    Rig rig;
    PollingClient polling(rig);
    WebSocketClient socket(rig, 4, polling.sid);
    socket.send("2probe");
    rig.withSession([](Session& session) { session.close(); });
    CPPUNIT_ASSERT_EQUAL(std::string("1 | 400"), joined(polling.received()));
    CPPUNIT_ASSERT_EQUAL(std::string("3probe | close 1000"), joined(socket.received()));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
  }

  void theEndOfTheSessionEndsItsProbe() {
    const std::vector<std::pair<std::function<void(Rig&, PollingClient&)>, std::string>> rows = {
        {[](Rig&, PollingClient& polling) { polling.send("1"); }, "closed: transport close"},
        {[](Rig&, PollingClient& polling) { polling.send("x"); }, "closed: parse error"},
        {[](Rig&, PollingClient& polling) { polling.vanish(); }, "closed: transport error"},
        {[](Rig& rig, PollingClient&) { rig.advance(base::Duration{9'000}); }, "closed: ping timeout"},
    };
    for (const auto& [ends, heard] : rows) {
      Rig rig;
      PollingClient polling(rig);
      rig.advance(base::Duration{25'000});
      rig.advance(base::Duration{11'000});  // pinged, and nine seconds are left
      WebSocketClient socket(rig, 4, polling.sid);
      rig.heard();
      ends(rig, polling);
      CPPUNIT_ASSERT_EQUAL(heard, joined(rig.heard()));
      CPPUNIT_ASSERT_EQUAL(std::string("close 1000"), joined(socket.received()));
      CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpgradeTest);

}  // namespace chat::engineio
