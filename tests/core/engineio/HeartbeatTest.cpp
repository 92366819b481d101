#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "core/engineio/Clients.h"

namespace chat::engineio {

using test::connect;
using test::joined;
using test::PollingClient;
using test::Rig;
using test::Transports;
using test::WebSocketClient;

/// The defaults: a ping every 25 s, and 20 s for the answer.
class HeartbeatTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(HeartbeatTest);
  CPPUNIT_TEST(theServerPingsAtTheInterval);
  CPPUNIT_TEST(aClientThatDoesNotAnswerIsEnded);
  CPPUNIT_TEST(anotherPacketExtendsTheTimeOutOnce);
  CPPUNIT_TEST(aPingFromTheClientIsTheWrongDirection);
  CPPUNIT_TEST(aPongThatWasNotAskedForChangesNothing);
  CPPUNIT_TEST(aPausedClientDoesNotTimeOut);
  CPPUNIT_TEST(inVersion3TheClientPings);
  CPPUNIT_TEST(inVersion3SilenceEndsTheSession);
  CPPUNIT_TEST(inVersion3APongIsTheWrongDirection);
  CPPUNIT_TEST(itGoesOnAfterAnUpgrade);
  CPPUNIT_TEST_SUITE_END();

 public:
  void theServerPingsAtTheInterval() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      for (int beat = 0; beat < 3; ++beat) {
        rig.advance(base::Duration{24'999});
        CPPUNIT_ASSERT_EQUAL(std::string(), joined(client->received()));
        rig.advance(base::Duration{1});
        CPPUNIT_ASSERT_EQUAL(std::string("2"), joined(client->received()));
        rig.advance(base::Duration{19'999});
        client->send("3");
      }
      CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
    }
  }

  void aClientThatDoesNotAnswerIsEnded() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      rig.advance(base::Duration{25'000});
      CPPUNIT_ASSERT_EQUAL(std::string("2"), joined(client->received()));
      rig.advance(base::Duration{19'999});
      CPPUNIT_ASSERT_EQUAL(std::string(), joined(client->received()));
      rig.advance(base::Duration{1});
      CPPUNIT_ASSERT_EQUAL(std::string("closed: ping timeout"), joined(rig.heard()));
      // A WebSocket is ended without a Close frame, which its client wouldn't answer either.
      CPPUNIT_ASSERT_EQUAL(std::string(transport == "polling" ? "1 | 400" : "end"), joined(client->received()));
      CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
    }
  }

  void anotherPacketExtendsTheTimeOutOnce() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      rig.advance(base::Duration{25'000});
      rig.advance(base::Duration{15'000});
      client->send("4a");  // the time-out starts again
      rig.advance(base::Duration{19'000});
      client->send("4b");  // but not a second time
      CPPUNIT_ASSERT_EQUAL(std::string("a | b"), joined(rig.heard()));
      rig.advance(base::Duration{999});
      CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
      rig.advance(base::Duration{1});
      CPPUNIT_ASSERT_EQUAL(std::string("closed: ping timeout"), joined(rig.heard()));
    }
  }

  void aPingFromTheClientIsTheWrongDirection() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      client->send("2");
      CPPUNIT_ASSERT_EQUAL(std::string("closed: transport error"), joined(rig.heard()));
    }
  }

  void aPongThatWasNotAskedForChangesNothing() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      rig.advance(base::Duration{24'000});
      client->send("3");
      rig.advance(base::Duration{1'000});
      CPPUNIT_ASSERT_EQUAL(std::string("2"), joined(client->received()));
    }
  }

  void aPausedClientDoesNotTimeOut() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport);
      rig.withSession([](Session& session) { session.pauseReading(); });
      for (int i = 0; i < 10; ++i) rig.advance(base::Duration{20'000});
      CPPUNIT_ASSERT_EQUAL(std::string("2"), joined(client->received()));
      rig.withSession([](Session& session) { session.resumeReading(); });
      CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
      rig.advance(base::Duration{20'000});
      CPPUNIT_ASSERT_EQUAL(std::string("closed: ping timeout"), joined(rig.heard()));
    }
  }

  void inVersion3TheClientPings() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport, 3);
      for (int beat = 0; beat < 3; ++beat) {
        rig.advance(base::Duration{44'999});
        CPPUNIT_ASSERT_EQUAL(std::string(), joined(client->received()));
        client->send("2probe");
        CPPUNIT_ASSERT_EQUAL(std::string("3probe"), joined(client->received()));
      }
    }
  }

  void inVersion3SilenceEndsTheSession() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport, 3);
      client->received();
      rig.advance(base::Duration{44'999});
      client->send("4a");  // a message is no heartbeat
      CPPUNIT_ASSERT_EQUAL(std::string("a"), joined(rig.heard()));
      rig.advance(base::Duration{1});
      CPPUNIT_ASSERT_EQUAL(std::string("closed: ping timeout"), joined(rig.heard()));
    }
  }

  void inVersion3APongIsTheWrongDirection() {
    for (const auto transport : Transports) {
      Rig rig;
      const auto client = connect(rig, transport, 3);
      client->send("3");
      CPPUNIT_ASSERT_EQUAL(std::string("closed: transport error"), joined(rig.heard()));
    }
  }

  void itGoesOnAfterAnUpgrade() {
    for (const int protocol : {4, 3}) {
      Rig rig;
      PollingClient polling(rig, protocol);
      rig.advance(base::Duration{20'000});
      WebSocketClient socket(rig, protocol, polling.sid);
      socket.send("2probe");
      socket.send("5");
      CPPUNIT_ASSERT_EQUAL(std::string("3probe"), joined(socket.received()));
      rig.heard();
      if (protocol == 4) {
        rig.advance(base::Duration{5'000});
        CPPUNIT_ASSERT_EQUAL(std::string("2"), joined(socket.received()));
        socket.send("3");
        rig.advance(base::Duration{25'000});
        CPPUNIT_ASSERT_EQUAL(std::string("2"), joined(socket.received()));
        rig.advance(base::Duration{20'000});
      } else {
        rig.advance(base::Duration{24'999});
        CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
        rig.advance(base::Duration{1});
      }
      CPPUNIT_ASSERT_EQUAL(std::string("closed: ping timeout"), joined(rig.heard()));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeartbeatTest);

}  // namespace chat::engineio
