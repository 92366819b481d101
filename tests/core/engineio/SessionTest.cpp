#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/engineio/Clients.h"
#include "core/engineio/FakeRig.h"

namespace chat::engineio {

using test::FakeRig;
using test::FakeTransport;
using test::joined;
using test::PollingClient;
using test::Rig;

/// The session's behaviour with every transport.
class SessionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SessionTest);
  CPPUNIT_TEST(aThirdTransportIsServed);
  CPPUNIT_TEST(aPollingSessionIsUpgradedToIt);
  CPPUNIT_TEST(messagesBothWays);
  CPPUNIT_TEST(valuesThatTheTypeRefuses);
  CPPUNIT_TEST(heartbeat);
  CPPUNIT_TEST(heartbeatOfVersion3);
  CPPUNIT_TEST(pauses);
  CPPUNIT_TEST(closedAtOnce);
  CPPUNIT_TEST(closedInOrder);
  CPPUNIT_TEST(closedInOrderWhileTheLayerAboveIsNotTold);
  CPPUNIT_TEST(endsForEachReason);
  CPPUNIT_TEST(aSlowClient);
  CPPUNIT_TEST_SUITE_END();

 public:
  void aThirdTransportIsServed() {
    FakeRig rig;
    const auto sid = rig.open();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions("pipe"));
    rig.withSession([](Session& session) {
      CPPUNIT_ASSERT_EQUAL(std::string("pipe"), std::string(session.transport()));
      CPPUNIT_ASSERT_EQUAL(std::size_t{7}, session.backlog());
      CPPUNIT_ASSERT(session.writable());
    });
    CPPUNIT_ASSERT_EQUAL(std::string("taken"), rig.request("PUT", "EIO=4&transport=pipe&sid=" + sid).answer);
    CPPUNIT_ASSERT_EQUAL(std::string("pipe request"), rig.done());
    for (const auto* other : {"polling", "websocket"}) {  // that transport isn't served
      CPPUNIT_ASSERT_EQUAL(400, rig.request("GET", "EIO=4&transport=" + std::string(other) + "&sid=" + sid).status);
    }
    Rig without;
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":0,"message":"Transport unknown"})"),
                         without.request("GET", "EIO=4&transport=pipe").answer);
    CPPUNIT_ASSERT_EQUAL(std::string("polling|websocket"), std::string(transportChoices()));
  }

  void aPollingSessionIsUpgradedToIt() {
    FakeRig rig;
    PollingClient polling(rig);
    CPPUNIT_ASSERT(polling.opening.front().find(R"("upgrades":["pipe"])") != std::string::npos);
    rig.request("GET", "EIO=4&transport=pipe&sid=" + polling.sid);
    rig.receive(PacketType::Ping, "probe");
    rig.sendText("a");
    rig.receive(PacketType::Upgrade);
    CPPUNIT_ASSERT_EQUAL(std::string("pipe 3probe | pipe 4a"), rig.done());
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions("polling"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions("pipe"));
    CPPUNIT_ASSERT_EQUAL(400, polling.poll().status);
  }

  void messagesBothWays() {
    FakeRig rig;
    rig.open();
    rig.receive(PacketType::Message, "a");
    for (const auto type : {PacketType::Open, PacketType::Noop}) rig.receive(type);
    CPPUNIT_ASSERT_EQUAL(std::string("a"), joined(rig.heard()));
    rig.withSession([](Session& session) {
      session.sendBinary("\x01");
      session.send(WirePacket::text("b"));
    });
    CPPUNIT_ASSERT_EQUAL(std::string("pipe b:\x01 | pipe 4b"), rig.done());
    rig.on([&] { rig.pipe.last->drained(); });
    CPPUNIT_ASSERT_EQUAL(1, rig.above.drained);
    rig.on([&] {
      rig.above.handling = [](Session& session, std::string_view) { session.close(); };
      CPPUNIT_ASSERT(!rig.pipe.last->receive(PacketType::Message, "c"));
      CPPUNIT_ASSERT(!rig.pipe.last->receive(PacketType::Message, "d"));
    });
    rig.settle();
    CPPUNIT_ASSERT_EQUAL(std::string("c | closed: forced close"), joined(rig.heard()));
  }

  void valuesThatTheTypeRefuses() {
    FakeRig rig;
    const auto& refused = rig.request("GET", "EIO=4&transport=pipe", {}, {{"X-Bad", "1"}});
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":3,"message":"Bad request"})"), refused.answer);
    CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
  }

  void heartbeat() {
    FakeRig rig;
    rig.open();
    rig.advance(base::Duration{25'000});
    CPPUNIT_ASSERT_EQUAL(std::string("pipe 2"), rig.done());
    rig.receive(PacketType::Pong);
    rig.advance(base::Duration{25'000});
    CPPUNIT_ASSERT_EQUAL(std::string("pipe 2"), rig.done());
    rig.advance(base::Duration{10'000});
    rig.receive(PacketType::Noop);  // anything but the pong extends the time-out, once
    rig.advance(base::Duration{19'999});
    rig.receive(PacketType::Noop);
    CPPUNIT_ASSERT_EQUAL(std::string(), rig.done());
    rig.advance(base::Duration{1});
    CPPUNIT_ASSERT_EQUAL(std::string("pipe end: ping timeout | pipe destroyed"), rig.done());
    CPPUNIT_ASSERT_EQUAL(std::string("closed: ping timeout"), joined(rig.heard()));
  }

  void heartbeatOfVersion3() {
    FakeRig rig;
    rig.open(3);
    rig.advance(base::Duration{44'000});
    rig.receive(PacketType::Ping, "x");
    rig.advance(base::Duration{44'000});
    rig.receive(PacketType::Ping);
    CPPUNIT_ASSERT_EQUAL(std::string("pipe 3x | pipe 3"), rig.done());
    rig.advance(base::Duration{45'000});
    CPPUNIT_ASSERT_EQUAL(std::string("pipe end: ping timeout | pipe destroyed"), rig.done());
  }

  void pauses() {
    FakeRig rig;
    rig.open();
    rig.withSession([](Session& session) {
      for (int i = 0; i < 2; ++i) session.pauseReading();
      for (int i = 0; i < 3; ++i) session.resumeReading();
      session.pauseReading();
    });
    CPPUNIT_ASSERT_EQUAL(std::string("pipe pause | pipe resume | pipe pause"), rig.done());
    rig.advance(base::Duration{25'000});
    rig.advance(base::Duration{60'000});  // a pong that wasn't read is no time-out
    CPPUNIT_ASSERT_EQUAL(std::string("pipe 2"), rig.done());
    rig.withSession([](Session& session) { session.resumeReading(); });
    rig.advance(base::Duration{20'000});
    CPPUNIT_ASSERT_EQUAL(std::string("pipe resume | pipe end: ping timeout | pipe destroyed"), rig.done());
  }

  void closedAtOnce() {
    FakeRig rig;
    rig.open();
    rig.withSession([&](Session& session) {
      session.close();
      session.close(CloseReason::ServerShutdown);
      session.sendBinary("nothing more");
      CPPUNIT_ASSERT(rig.above.session != nullptr);  // called later in the turn
    });
    CPPUNIT_ASSERT_EQUAL(std::string("pipe close: forced close | pipe destroyed"), rig.done());
    CPPUNIT_ASSERT_EQUAL(std::string("closed: forced close"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
  }

  void closedInOrder() {
    FakeRig rig;
    const auto sid = rig.open();
    rig.pipe.last->closesAtOnce = false;
    rig.withSession([](Session& session) { session.close(CloseReason::ServerShutdown); });
    CPPUNIT_ASSERT_EQUAL(std::string("closed: server shutting down"), joined(rig.heard()));
    rig.receive(PacketType::Message, "a");
    rig.advance(base::Duration{120'000});  // its heartbeat has ended; the transport limits how long closing may take
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions());
    CPPUNIT_ASSERT_EQUAL(std::string("taken"), rig.request("GET", "EIO=4&transport=pipe&sid=" + sid).answer);
    rig.on([&] { rig.pipe.last->closed(CloseReason::TransportError); });
    CPPUNIT_ASSERT_EQUAL(std::string("pipe close: server shutting down | pipe request | pipe destroyed"), rig.done());
    CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
  }

  void closedInOrderWhileTheLayerAboveIsNotTold() {
    FakeRig rig;
    rig.open();
    rig.pipe.last->closesAtOnce = false;
    rig.withSession([&](Session& session) {
      session.close();
      rig.pipe.last->closed(CloseReason::TransportError);  // in the same turn
    });
    CPPUNIT_ASSERT_EQUAL(std::string("closed: forced close"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::string("pipe close: forced close | pipe destroyed"), rig.done());
  }

  void endsForEachReason() {
    const std::vector<std::pair<std::function<void(FakeTransport&)>, CloseReason>> rows = {
        {[](FakeTransport& t) { t.receive(PacketType::Close); }, CloseReason::TransportClose},
        {[](FakeTransport& t) { t.receive(PacketType::Ping); }, CloseReason::TransportError},
        {[](FakeTransport& t) { t.receive(PacketType::Upgrade); }, CloseReason::ParseError},
        {[](FakeTransport& t) { t.closed(CloseReason::ParseError); }, CloseReason::ParseError},
        {[](FakeTransport& t) { t.closed(CloseReason::TransportError); }, CloseReason::TransportError},
        {[](FakeTransport& t) { t.closed(CloseReason::TransportClose); }, CloseReason::TransportClose},
    };
    for (const auto& [happens, reason] : rows) {
      FakeRig rig;
      const auto sid = rig.open();
      rig.on([&] {
        happens(*rig.pipe.last);
        rig.pipe.last->closed(CloseReason::PingTimeout);  // a second call does nothing
        rig.pipe.last->tooSlow();
      });
      CPPUNIT_ASSERT_EQUAL("pipe end: " + std::string(name(reason)) + " | pipe destroyed", rig.done());
      CPPUNIT_ASSERT_EQUAL("closed: " + std::string(name(reason)), joined(rig.heard()));
      CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":1,"message":"Session ID unknown"})"),
                           rig.request("GET", "EIO=4&transport=pipe&sid=" + sid).answer);
    }
  }

  void aSlowClient() {
    FakeRig rig;
    rig.open();
    rig.pipe.last->closesAtOnce = false;
    rig.on([&] {
      rig.pipe.last->tooSlow();
      rig.pipe.last->tooSlow();
    });
    CPPUNIT_ASSERT_EQUAL(std::string("pipe close: transport error"), rig.done());
    CPPUNIT_ASSERT_EQUAL(std::string("closed: transport error"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, rig.server->slowPolls(0));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionTest);

}  // namespace chat::engineio
