#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <string>
#include <vector>

#include "core/engineio/Clients.h"
#include "core/engineio/FakeRig.h"

namespace chat::engineio {

using test::FakeRig;
using test::FakeTransport;
using test::joined;
using test::PollingClient;

/// How a session changes from any transport to another; UpgradeTest has polling and WebSocket.
class TransportUpgradeTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TransportUpgradeTest);
  CPPUNIT_TEST(upgraded);
  CPPUNIT_TEST(upgradedWhilePausedAndClosing);
  CPPUNIT_TEST(anUpgradeThatFails);
  CPPUNIT_TEST(anUpgradeThatIsRefused);
  CPPUNIT_TEST(theOldTransportFailsDuringTheUpgrade);
  CPPUNIT_TEST_SUITE_END();

 public:
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
    // The new transport's close message replaces the old one's.
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

  void anUpgradeThatIsRefused() {
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

CPPUNIT_TEST_SUITE_REGISTRATION(TransportUpgradeTest);

}  // namespace chat::engineio
