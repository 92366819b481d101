#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/engineio/Clients.h"
#include "core/engineio/FakeTransport.h"

namespace chat::engineio {

using test::FakeTransport;
using test::FakeTransportType;
using test::joined;
using test::Lines;
using test::PollingClient;
using test::Rig;

namespace {

/// The server with two transports more than it has: `pipe`, which replaces polling, and `radio`, which replaces that.
/// Their types and a line for each in the list are all that it takes.
class FakeRig : private test::TypesHolder, public Rig {
 public:
  explicit FakeRig(Options options = {}) : Rig(served(std::move(options)), {}, TypesHolder::all) {}

  using TypesHolder::pipe;
  using TypesHolder::radio;

  /// Opens a session over `pipe`; what was said and done for that is forgotten. Returns the session's id.
  std::string open(int protocol = 4) {
    CPPUNIT_ASSERT_EQUAL(std::string("opened"),
                         request("GET", "EIO=" + std::to_string(protocol) + "&transport=pipe").answer);
    heard();
    const auto sid = test::sidOf(on([this] { return log.at(0); }));
    done();
    return sid;
  }
  /// Asks for `radio` in place of `pipe`.
  FakeTransport& upgrade(const std::string& sid, int protocol = 4) {
    CPPUNIT_ASSERT_EQUAL(std::string("opened"),
                         request("GET", "EIO=" + std::to_string(protocol) + "&transport=radio&sid=" + sid).answer);
    return *radio.last;
  }
  /// The client says it over that transport.
  void receive(FakeTransport& transport, PacketType type, std::string_view data = {}) {
    on([&] { transport.receive(type, data); });
    settle();
  }
  void receive(PacketType type, std::string_view data = {}) { receive(*pipe.last, type, data); }
  /// What the transports were told since the last call.
  std::string done() {
    settle();
    return on([this] { return joined(std::exchange(log, {})); });
  }

 private:
  static Options served(Options options) {
    options.transports = {"polling", "pipe", "radio"};
    return options;
  }
};

}  // namespace

/// The session's own part, whatever the transport.
class SessionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SessionTest);
  CPPUNIT_TEST(aThirdTransportIsServed);
  CPPUNIT_TEST(aPollingSessionIsUpgradedToIt);
  CPPUNIT_TEST(messagesBothWays);
  CPPUNIT_TEST(whatTheTypeRefuses);
  CPPUNIT_TEST(heartbeat);
  CPPUNIT_TEST(heartbeatOfVersion3);
  CPPUNIT_TEST(pauses);
  CPPUNIT_TEST(closedAtOnce);
  CPPUNIT_TEST(closedInOrder);
  CPPUNIT_TEST(closedInOrderWhileTheLayerAboveIsNotTold);
  CPPUNIT_TEST(endsForEachReason);
  CPPUNIT_TEST(aSlowClient);
  CPPUNIT_TEST(upgraded);
  CPPUNIT_TEST(upgradedWhilePausedAndClosing);
  CPPUNIT_TEST(anUpgradeThatFails);
  CPPUNIT_TEST(anUpgradeThatIsTurnedAway);
  CPPUNIT_TEST(theOldTransportFailsDuringTheUpgrade);
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
    for (const auto* other : {"polling", "websocket"}) {  // that one isn't served here
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

  void whatTheTypeRefuses() {
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
    rig.advance(base::Duration{60'000});  // nobody is blamed for a pong that isn't read
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
      CPPUNIT_ASSERT(rig.above.session != nullptr);  // told later in the turn
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
    rig.advance(base::Duration{120'000});  // its heartbeat is over; how long it may take is the transport's to say
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
        rig.pipe.last->closed(CloseReason::PingTimeout);  // once is enough
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

  void upgraded() {
    FakeRig rig;
    const auto sid = rig.open();
    rig.pipe.last->keeps = true;
    auto& radio = rig.upgrade(sid);
    CPPUNIT_ASSERT_EQUAL(std::string(), rig.done());
    rig.sendText("a");
    rig.receive(radio, PacketType::Ping, "probe");
    CPPUNIT_ASSERT_EQUAL(std::string("radio 3probe | pipe prepare"), rig.done());
    for (int i = 0; i < 3; ++i) rig.advance(base::Duration{100});
    CPPUNIT_ASSERT_EQUAL(std::string("pipe prepare | pipe prepare | pipe prepare"), rig.done());
    rig.receive(PacketType::Message, "over the old one");
    rig.withSession([](Session& session) { session.sendBinary("b"); });
    rig.on([&] {
      radio.receive(PacketType::Upgrade);
      radio.receive(PacketType::Message, "over the new one");
      const std::string_view text = "c";
      rig.above.session->sendText(std::span(&text, 1));
    });
    CPPUNIT_ASSERT_EQUAL(std::string("pipe hand over | radio 4a | radio b:b | radio 4c | pipe destroyed"), rig.done());
    CPPUNIT_ASSERT_EQUAL(std::string("over the old one | over the new one"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(1, rig.above.drained);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions("radio"));
    rig.advance(base::Duration{24'700});
    CPPUNIT_ASSERT_EQUAL(std::string("radio 2"), rig.done());
  }

  void upgradedWhilePausedAndClosing() {
    FakeRig rig;
    auto sid = rig.open();
    rig.withSession([](Session& session) { session.pauseReading(); });
    auto* radio = &rig.upgrade(sid);
    rig.receive(*radio, PacketType::Ping, "probe");
    rig.receive(*radio, PacketType::Upgrade);
    CPPUNIT_ASSERT_EQUAL(std::string("pipe pause | radio 3probe | pipe prepare | pipe hand over | radio pause | pipe "
                                     "destroyed"),
                         rig.done());
    sid = rig.open();
    rig.pipe.last->closesAtOnce = false;
    radio = &rig.upgrade(sid);
    rig.receive(*radio, PacketType::Ping, "probe");
    rig.withSession([](Session& session) { session.close(); });
    rig.pipe.last->kept = {{WirePacket::text("last"), {}}, {{}, "1"}};
    rig.done();
    rig.receive(*radio, PacketType::Upgrade);
    // Its own goodbye takes the place of the old one's.
    CPPUNIT_ASSERT_EQUAL(
        std::string("pipe hand over | radio 4last | radio end: forced close | pipe destroyed | radio destroyed"),
        rig.done());
    CPPUNIT_ASSERT_EQUAL(std::string("closed: forced close"), joined(rig.heard()));
  }

  void anUpgradeThatFails() {
    const std::vector<std::function<void(FakeRig&, FakeTransport&)>> rows = {
        [](FakeRig& rig, FakeTransport& radio) { rig.receive(radio, PacketType::Ping, "wrong"); },
        [](FakeRig& rig, FakeTransport& radio) { rig.receive(radio, PacketType::Upgrade); },
        [](FakeRig& rig, FakeTransport& radio) { rig.receive(radio, PacketType::Message, "probe"); },
        [](FakeRig& rig, FakeTransport& radio) { rig.on([&] { radio.closed(CloseReason::TransportClose); }); },
        [](FakeRig& rig, FakeTransport& radio) { rig.on([&] { radio.tooSlow(); }); },
        [](FakeRig& rig, FakeTransport&) { rig.advance(base::Duration{10'000}); },
    };
    for (const bool isProbed : {false, true}) {
      for (std::size_t row = 0; row < rows.size(); ++row) {
        if (isProbed && row == 1) continue;  // that one succeeds
        FakeRig rig;
        const auto sid = rig.open();
        auto& radio = rig.upgrade(sid);
        if (isProbed) rig.receive(radio, PacketType::Ping, "probe");
        rig.done();
        rows[row](rig, radio);
        const auto done = rig.done();
        CPPUNIT_ASSERT_MESSAGE(std::to_string(row) + done, done.find("radio end: forced close") != std::string::npos &&
                                                               done.ends_with("radio destroyed"));
        rig.advance(base::Duration{100});
        rig.sendText("a");
        CPPUNIT_ASSERT_EQUAL(std::string("pipe 4a"), rig.done());
        rig.upgrade(sid);
        CPPUNIT_ASSERT_EQUAL(std::string(), joined(rig.heard()));
      }
    }
  }

  void anUpgradeThatIsTurnedAway() {
    FakeRig rig;
    const auto sid = rig.open();
    const auto query = "EIO=4&transport=radio&sid=" + sid;
    CPPUNIT_ASSERT_EQUAL(400, rig.request("GET", query, {}, {{"X-Bad", "1"}}).status);
    CPPUNIT_ASSERT_EQUAL(400, rig.request("GET", "EIO=3&transport=radio&sid=" + sid).status);
    rig.upgrade(sid);
    CPPUNIT_ASSERT_EQUAL(std::string("not now"), rig.request("GET", query).answer);
    PollingClient polling(rig);  // which radio doesn't replace
    CPPUNIT_ASSERT_EQUAL(400, rig.request("GET", "EIO=4&transport=radio&sid=" + polling.sid).status);
    Options options;
    options.allowUpgrades = false;
    FakeRig without(options);
    CPPUNIT_ASSERT_EQUAL(std::string("not now"),
                         without.request("GET", "EIO=4&transport=radio&sid=" + without.open()).answer);
  }

  void theOldTransportFailsDuringTheUpgrade() {
    FakeRig rig;
    const auto sid = rig.open();
    auto& radio = rig.upgrade(sid);
    rig.receive(radio, PacketType::Ping, "probe");
    rig.done();
    rig.on([&] { rig.pipe.last->closed(CloseReason::TransportError); });
    const auto done = rig.done();
    CPPUNIT_ASSERT_EQUAL(std::string("pipe end: transport error | radio end: forced close | radio destroyed | pipe "
                                     "destroyed"),
                         done);
    CPPUNIT_ASSERT_EQUAL(std::string("closed: transport error"), joined(rig.heard()));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionTest);

}  // namespace chat::engineio
