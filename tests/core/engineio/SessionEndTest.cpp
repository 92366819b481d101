#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <utility>
#include <vector>

#include "core/engineio/Clients.h"

namespace chat::engineio {

using test::connect;
using test::joined;
using test::PollingClient;
using test::Rig;
using test::Transports;
using test::WebSocketClient;

class SessionEndTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SessionEndTest);
  CPPUNIT_TEST(theServerClosesAWebSocket);
  CPPUNIT_TEST(theServerClosesAPollingSession);
  CPPUNIT_TEST(aClosedPollingSessionWaitsForItsLastPoll);
  CPPUNIT_TEST(aClosedPollingSessionEndsAfterItsTimeout);
  CPPUNIT_TEST(packetsDuringTheCloseAreIgnored);
  CPPUNIT_TEST(twoPollsWhileItIsClosed);
  CPPUNIT_TEST(theListenerIsToldOnceAndLater);
  CPPUNIT_TEST(closedWhileItIsOpened);
  CPPUNIT_TEST(theServerShutsDown);
  CPPUNIT_TEST(theClientClosesOverPolling);
  CPPUNIT_TEST(theClientClosesOverAWebSocket);
  CPPUNIT_TEST(whatBreaksTheRules);
  CPPUNIT_TEST(theClientVanishes);
  CPPUNIT_TEST(aWebSocketThatTakesNothingIsClosed);
  CPPUNIT_TEST(messagesAreLimited);
  CPPUNIT_TEST_SUITE_END();

 public:
  void theServerClosesAWebSocket() {
    Rig rig;
    const auto client = connect(rig, "websocket");
    rig.withSession([](Session& session) {
      const std::string_view text = "last";
      session.sendText(std::span(&text, 1));
      session.close();
      session.sendText(std::span(&text, 1));  // nothing after that
      CPPUNIT_ASSERT(!session.writable());
    });
    CPPUNIT_ASSERT_EQUAL(std::string("4last | close 1000"), joined(client->received()));
    CPPUNIT_ASSERT_EQUAL(std::string("closed: forced close"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
  }

  void theServerClosesAPollingSession() {
    Rig rig;
    PollingClient polling(rig);
    auto& poll = polling.poll();
    rig.withSession([](Session& session) { session.close(); });
    CPPUNIT_ASSERT_EQUAL(std::string("1"), poll.answer);
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: forced close"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(400, polling.poll().status);
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
  }

  void aClosedPollingSessionWaitsForItsLastPoll() {
    for (const bool waits : {false, true}) {
      Rig rig;
      PollingClient polling(rig);
      if (waits) polling.waiting = &polling.poll();
      rig.withSession([](Session& session) {
        const std::string_view text = "last";
        session.sendText(std::span(&text, 1));
        session.close();
        session.sendText(std::span(&text, 1));
      });
      CPPUNIT_ASSERT_EQUAL(std::string("session | closed: forced close"), joined(rig.heard()));
      CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions());
      rig.advance(base::Duration{29'999});
      // The close packet comes in a separate payload, because clients handle messages a moment after their payload.
      CPPUNIT_ASSERT_EQUAL(std::string("4last"), waits ? polling.waiting->answer : polling.poll().answer);
      CPPUNIT_ASSERT_EQUAL(std::string("1"), polling.poll().answer);
      CPPUNIT_ASSERT_EQUAL(400, polling.poll().status);
      CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
      CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
    }
  }

  void aClosedPollingSessionEndsAfterItsTimeout() {
    Rig rig;
    PollingClient polling(rig);
    rig.withSession([](Session& session) { session.close(); });
    rig.advance(base::Duration{29'999});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions());
    rig.advance(base::Duration{1});
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
    CPPUNIT_ASSERT_EQUAL(400, polling.poll().status);
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: forced close"), joined(rig.heard()));
  }

  void packetsDuringTheCloseAreIgnored() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      rig.withSession([](Session& session) { session.close(); });
      CPPUNIT_ASSERT_EQUAL(std::string("closed: forced close"), joined(rig.heard()));
      client->send("4a");
      client->send("2");
      CPPUNIT_ASSERT_EQUAL(std::string(transport == "polling" ? "1 | 400" : "close 1000"), joined(client->received()));
      CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
    }
    Rig rig;
    PollingClient polling(rig);
    rig.withSession([](Session& session) {
      session.pauseReading();
      session.close();
    });
    CPPUNIT_ASSERT_EQUAL(std::string("ok"), polling.post("4a").answer);
  }

  void twoPollsWhileItIsClosed() {
    Rig rig;
    PollingClient polling(rig);
    rig.withSession([](Session& session) {
      const std::string_view text = "last";
      session.sendText(std::span(&text, 1));
      session.close();
    });
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions("polling"));
    CPPUNIT_ASSERT_EQUAL(std::string("4last"), polling.poll().answer);
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: forced close"), joined(rig.heard()));
  }

  void theListenerIsToldOnceAndLater() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      rig.above.handling = [&](Session& session, std::string_view) {
        session.close();
        session.close(CloseReason::ParseError);
        rig.above.log.emplace_back("back");
      };
      client->send("4a");
      CPPUNIT_ASSERT_EQUAL(std::string("a | back | closed: forced close"), joined(rig.heard()));
    }
  }

  void closedWhileItIsOpened() {
    Rig rig;
    rig.above.opening = [](Session& session) { session.close(); };
    WebSocketClient socket(rig);
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: forced close"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::string("close 1000"), socket.received().back());
    PollingClient polling(rig);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, polling.opening.size());
    CPPUNIT_ASSERT_EQUAL(std::string("1 | 400"), joined(polling.received()));
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: forced close"), joined(rig.heard()));
  }

  void theServerShutsDown() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      rig.on([&] { rig.server->closeAll(rig.loop()); });
      rig.settle();
      CPPUNIT_ASSERT_EQUAL(std::string("closed: server shutting down"), joined(rig.heard()));
      CPPUNIT_ASSERT_EQUAL(std::string(transport == "polling" ? "1 | 400" : "close 1001"), joined(client->received()));
    }
  }

  void theClientClosesOverPolling() {
    Rig rig;
    PollingClient polling(rig);
    auto& poll = polling.poll();
    CPPUNIT_ASSERT_EQUAL(std::string("ok"), polling.post("1").answer);
    CPPUNIT_ASSERT_EQUAL(std::string("6"), poll.answer);
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: transport close"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(400, polling.poll().status);
  }

  void theClientClosesOverAWebSocket() {
    for (const int code : {1000, 1001, 1011, 4000}) {
      Rig rig;
      WebSocketClient socket(rig);
      socket.close(code);
      CPPUNIT_ASSERT_EQUAL(std::string("session | closed: transport close"), joined(rig.heard()));
    }
    Rig rig;
    WebSocketClient socket(rig);
    socket.received();
    socket.send("1");
    CPPUNIT_ASSERT_EQUAL(std::string("close 1000"), joined(socket.received()));
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: transport close"), joined(rig.heard()));
  }

  void whatBreaksTheRules() {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {websocket::frame(0x81, "7"), "parse error | close 1000"},
        {websocket::frame(0x81, ""), "parse error | close 1000"},
        {websocket::frame(0x81, "5"), "parse error | close 1000"},
        {websocket::frame(0x81, "\xff"), "transport error | close 1007"},
        {websocket::frame(0xF1, "4"), "transport error | close 1002"},
    };
    for (const auto& [frame, expected] : rows) {
      Rig rig;
      WebSocketClient socket(rig);
      socket.received();
      socket.write(frame + websocket::frame(0x81, "4after"));
      const auto heard = joined(rig.heard());
      CPPUNIT_ASSERT_EQUAL("session | closed: " + expected, heard + " | " + socket.received().front());
    }
  }

  void theClientVanishes() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      client->vanish();
      CPPUNIT_ASSERT_EQUAL(std::string("closed: transport ") + (transport == "polling" ? "error" : "close"),
                           joined(rig.heard()));
      CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
    }
  }

  /// The connection's own limit (Loop::Options::sendQueueLimit).
  void aWebSocketThatTakesNothingIsClosed() {
    Rig rig;
    WebSocketClient socket(rig);
    const std::string megabyte(1 << 20, 'x');
    for (int i = 0; i < 8; ++i) {
      rig.on([&] {
        if (rig.above.session) rig.above.session->sendBinary(megabyte);
      });
      rig.settle();
    }
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: transport error"), joined(rig.heard()));
  }

  void messagesAreLimited() {
    Options options;
    options.maxPayload = 10;
    Rig rig(options);
    WebSocketClient socket(rig);
    CPPUNIT_ASSERT(socket.received().front().find("\"maxPayload\":10}") != std::string::npos);
    socket.send("4" + std::string(9, 'x'));
    CPPUNIT_ASSERT_EQUAL("session | " + std::string(9, 'x'), joined(rig.heard()));
    socket.send("4" + std::string(10, 'x'));
    CPPUNIT_ASSERT_EQUAL(std::string("close 1009"), socket.received().front());
    CPPUNIT_ASSERT_EQUAL(std::string("closed: transport error"), joined(rig.heard()));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionEndTest);

}  // namespace chat::engineio
