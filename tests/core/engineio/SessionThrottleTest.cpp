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

/// A session whose client sends more than it may (Options::inboundLimit): two messages a second, two seconds' worth at
/// once.
class SessionThrottleTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SessionThrottleTest);
  CPPUNIT_TEST(itIsReadFromMoreSlowly);
  CPPUNIT_TEST(aPollingClientWaitsForTheAnswerToItsPost);
  CPPUNIT_TEST(theHeartbeatIsNotBlamed);
  CPPUNIT_TEST(aPauseByTheLayerAboveIsKept);
  CPPUNIT_TEST(itGoesOnAfterAnUpgrade);
  CPPUNIT_TEST_SUITE_END();

 public:
  void itIsReadFromMoreSlowly() {
    Rig rig(limited());
    WebSocketClient socket(rig);
    for (const auto* packet : {"4a", "4b", "4c", "4d", "4e", "4f", "4g"}) socket.send(packet);
    CPPUNIT_ASSERT_EQUAL(std::string("session | a | b | c | d | e"), joined(rig.heard()));
    rig.advance(base::Duration{499});
    CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
    rig.advance(base::Duration{1});
    CPPUNIT_ASSERT_EQUAL(std::string("f | g"),
                         joined(rig.heard()));  // both came in one read; the session waits longer for them
    rig.advance(base::Duration{1'000});
    socket.send("4h");
    CPPUNIT_ASSERT_EQUAL(std::string("h"), joined(rig.heard()));
  }

  void aPollingClientWaitsForTheAnswerToItsPost() {
    Rig rig(limited());
    PollingClient polling(rig);
    auto& post = polling.post(
        "4a\x1e"
        "4b\x1e"
        "4c\x1e"
        "4d\x1e"
        "4e\x1e"
        "4f");
    CPPUNIT_ASSERT_EQUAL(std::string("session | a | b | c | d | e | f"), joined(rig.heard()));
    rig.advance(base::Duration{500});
    CPPUNIT_ASSERT(!post.answered());
    rig.advance(base::Duration{499});
    CPPUNIT_ASSERT(!post.answered());
    rig.advance(base::Duration{2});
    CPPUNIT_ASSERT_EQUAL(std::string("ok"), post.answer);
  }

  void theHeartbeatIsNotBlamed() {
    for (const auto transport : Transports) {
      Rig rig(limited());
      const auto client = connect(rig, transport);
      rig.advance(base::Duration{25'000});
      CPPUNIT_ASSERT_EQUAL(std::string("2"), joined(client->received()));
      rig.withSession([](Session& session) { session.pauseReading(); });
      rig.advance(base::Duration{60'000});
      CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
    }
  }

  void aPauseByTheLayerAboveIsKept() {
    Rig rig(limited());
    PollingClient polling(rig);
    auto& post = polling.post(
        "4a\x1e"
        "4b\x1e"
        "4c\x1e"
        "4d\x1e"
        "4e");
    rig.withSession([](Session& session) { session.pauseReading(); });
    rig.advance(base::Duration{10'000});
    CPPUNIT_ASSERT(!post.answered());
    rig.withSession([](Session& session) { session.resumeReading(); });
    CPPUNIT_ASSERT(post.answered());
  }

  void itGoesOnAfterAnUpgrade() {
    Rig rig(limited());
    PollingClient polling(rig);
    auto& post = polling.post(
        "4a\x1e"
        "4b\x1e"
        "4c\x1e"
        "4d\x1e"
        "4e");
    WebSocketClient socket(rig, 4, polling.sid);
    socket.send("2probe");
    socket.send("5");
    CPPUNIT_ASSERT(post.answered());
    socket.send("4f");
    CPPUNIT_ASSERT_EQUAL(std::string("session | a | b | c | d | e"), joined(rig.heard()));
    rig.advance(base::Duration{500});
    CPPUNIT_ASSERT_EQUAL(std::string("f"), joined(rig.heard()));
  }

 private:
  static Options limited() {
    Options options;
    options.inboundLimit.messages = 2;
    return options;
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionThrottleTest);

}  // namespace chat::engineio
