#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "core/socketio/Rig.h"
#include "socketio/AckTable.h"

namespace chat::socketio {
namespace {

using test::FakeSession;
using test::Rig;
using Outcome = Socket::AckOutcome;

class AckTableTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AckTableTest);
  CPPUNIT_TEST(testAckComes);
  CPPUNIT_TEST(testBinaryAck);
  CPPUNIT_TEST(testUnknownAcksAreIgnored);
  CPPUNIT_TEST(testEachHasItsDeadline);
  CPPUNIT_TEST(testDisconnectEndsThem);
  CPPUNIT_TEST(testLimit);
  CPPUNIT_TEST(testNotConnected);
  CPPUNIT_TEST(testCallbackMayDisconnect);
  CPPUNIT_TEST_SUITE_END();

 public:
  /// Asks with this time-out; outcomes are logged in their order.
  void ask(Rig& rig, const std::string& name, base::Duration timeout) {
    rig.on([&] {
      rig.server->find(rig.sink.last)
          ->emitWithAck(
              name, "", {}, timeout,
              [this, name](Outcome outcome, std::string_view args, std::span<const std::string_view> attachments) {
                static constexpr std::string_view Words[] = {"came", "timed out", "disconnected", "refused"};
                std::string line = name + " " + std::string(Words[static_cast<std::size_t>(outcome)]);
                if (!args.empty()) line += " " + std::string(args);
                for (const auto bytes : attachments) line += " b:" + std::string(bytes);
                outcomes.push_back(line);
              });
    });
  }
  void assertOutcomes(const std::vector<std::string>& expected) {
    std::string left, right;
    for (const auto& line : expected) left += line + "\n";
    for (const auto& line : outcomes) right += line + "\n";
    CPPUNIT_ASSERT_EQUAL(left, right);
  }
  void setUp() override { outcomes.clear(); }

  void testAckComes() {
    Rig rig;
    FakeSession& session = rig.connected();
    ask(rig, "one", base::Duration(1000));
    ask(rig, "two", base::Duration(1000));
    CPPUNIT_ASSERT_EQUAL(std::string(R"(20["one"])"), session.sent[0]);
    CPPUNIT_ASSERT_EQUAL(std::string(R"(21["two"])"), session.sent[1]);
    rig.text(session, R"(31["b",{"c":2}])");
    rig.text(session, "30[]");
    rig.text(session, "30[]");
    rig.advance(base::Duration(5000));
    assertOutcomes({R"(two came "b",{"c":2})", "one came"});
  }

  void testBinaryAck() {
    Rig rig;
    FakeSession& session = rig.connected();
    ask(rig, "pic", base::Duration(1000));
    rig.text(session, R"(61-0[{"_placeholder":true,"num":0}])");
    rig.binary(session, "bytes");
    assertOutcomes({R"(pic came {"_placeholder":true,"num":0} b:bytes)"});
  }

  void testUnknownAcksAreIgnored() {
    Rig rig;
    FakeSession& session = rig.connected();
    for (const std::string_view packet : {"399[]", "3[]", R"(3["x"])", "318446744073709551615[]"}) {
      rig.text(session, packet);
    }
    rig.text(session, "61-99[]");
    rig.binary(session, "x");
    rig.text(session, R"(2["alive"])");
    CPPUNIT_ASSERT_EQUAL(std::string("event alive []"), rig.sink.log.back());
  }

  void testEachHasItsDeadline() {
    Rig rig;
    FakeSession& session = rig.connected();
    ask(rig, "slow", base::Duration(3000));
    ask(rig, "fast", base::Duration(1000));
    ask(rig, "middle", base::Duration(2000));
    rig.advance(base::Duration(990));
    assertOutcomes({});
    rig.advance(base::Duration(30));
    assertOutcomes({"fast timed out"});
    rig.text(session, "31[]");
    rig.advance(base::Duration(1000));
    rig.advance(base::Duration(1000));
    assertOutcomes({"fast timed out", "middle timed out", "slow timed out"});
  }

  void testDisconnectEndsThem() {
    Rig rig;
    FakeSession& session = rig.connected();
    ask(rig, "one", base::Duration(1000));
    ask(rig, "two", base::Duration(1000));
    rig.close(session, engineio::CloseReason::TransportClose);
    assertOutcomes({"one disconnected", "two disconnected"});
  }

  void testLimit() {
    Options options;
    options.maxPendingAcksPerSocket = 1;
    Rig rig(options);
    FakeSession& session = rig.connected();
    ask(rig, "one", base::Duration(1000));
    ask(rig, "two", base::Duration(1000));
    rig.settle();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, session.sent.size());
    assertOutcomes({"two refused"});
    rig.text(session, "30[]");
    ask(rig, "three", base::Duration(1000));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, session.sent.size());
  }

  void testNotConnected() {
    Rig rig;
    rig.sink.connecting = [](Socket&) {};
    FakeSession& session = rig.openSession();
    rig.text(session, "0");
    ask(rig, "early", base::Duration(1000));
    rig.settle();
    assertOutcomes({"early disconnected"});
    CPPUNIT_ASSERT(session.sent.empty());
  }

  void testCallbackMayDisconnect() {
    for (const bool closesAtOnce : {false, true}) {
      Rig rig(Rig::defaultOptions(), closesAtOnce);
      rig.connected();
      const SocketHandle handle = rig.sink.last;
      int calls = 0;
      rig.on([&] {
        for (int i = 0; i < 3; ++i) {
          rig.server->find(handle)->emitWithAck("e", "", {}, base::Duration(100),
                                                [&](Outcome, std::string_view, std::span<const std::string_view>) {
                                                  ++calls;
                                                  if (Socket* socket = rig.server->find(handle))
                                                    socket->disconnect(true);
                                                });
        }
      });
      rig.advance(base::Duration(200));
      CPPUNIT_ASSERT_EQUAL(3, calls);
      CPPUNIT_ASSERT(rig.on([&] { return rig.server->find(handle) == nullptr; }));
    }
  }

  std::vector<std::string> outcomes;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AckTableTest);

}  // namespace
}  // namespace chat::socketio
