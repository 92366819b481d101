#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/engineio/Clients.h"

namespace chat::engineio {

using test::joined;
using test::Rig;
using test::sidOf;

namespace {

/// Decides on handshakes when the test tells it to.
class FakeGate final : public HandshakeGate {
 public:
  struct Asked final : Question {
    Decided decided;
    int protocol = 0;
    std::string withdrawn;
    void withdraw(bool isOverdue) noexcept override { withdrawn = isOverdue ? "overdue" : "gone"; }
  };

  bool isGuarded() override { return guarded; }
  std::shared_ptr<Question> ask(std::shared_ptr<const Handshake> handshake, std::string_view,
                                Decided decided) override {
    if (atOnce) {
      decided(std::move(*atOnce));
      return nullptr;
    }
    auto question = std::make_shared<Asked>();
    question->decided = std::move(decided);
    question->protocol = handshake->protocol;
    asked.push_back(question);
    return question;
  }

  bool guarded = true;
  std::optional<HandshakeVerdict> atOnce;
  std::vector<std::shared_ptr<Asked>> asked;
};

const std::string Polling = "EIO=4&transport=polling";

}  // namespace

class PendingHandshakesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PendingHandshakesTest);
  CPPUNIT_TEST(acceptedHandshakesGetASession);
  CPPUNIT_TEST(eachIsDecidedByItself);
  CPPUNIT_TEST(refusedHandshakesGetTheReason);
  CPPUNIT_TEST(aDecisionThatComesTooLateChangesNothing);
  CPPUNIT_TEST(aClientThatGoesAwayWithdrawsItsQuestion);
  CPPUNIT_TEST(theServerShutsDown);
  CPPUNIT_TEST(decidedAtOnce);
  CPPUNIT_TEST(withoutAGuardNothingIsAsked);
  CPPUNIT_TEST(aWebSocketWaitsToo);
  CPPUNIT_TEST(fieldsOfTheSession);
  CPPUNIT_TEST_SUITE_END();

 public:
  void acceptedHandshakesGetASession() {
    GuardedRig rig;
    auto& waiting = rig.request("GET", Polling);
    CPPUNIT_ASSERT(!waiting.answered());
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
    rig.decide(0, {});
    CPPUNIT_ASSERT_EQUAL(200, waiting.status);
    CPPUNIT_ASSERT_EQUAL(std::string("session"), joined(rig.heard()));
    rig.decide(0, {});  // a second call does nothing
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.sessions());
    const auto& post = rig.request("POST", Polling + "&sid=" + sidOf(waiting.answer), "4a");
    CPPUNIT_ASSERT_EQUAL(200, post.status);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.gate.asked.size());
  }

  void eachIsDecidedByItself() {
    GuardedRig rig;
    auto& first = rig.request("GET", Polling);
    auto& second = rig.request("GET", Polling);
    auto& third = rig.request("GET", Polling);
    rig.decide(2, {});
    CPPUNIT_ASSERT(!first.answered() && !second.answered() && third.status == 200);
    rig.decide(0, {RefusalCause::NotAllowed});
    CPPUNIT_ASSERT(first.status == 403 && !second.answered());
    rig.decide(1, {});
    CPPUNIT_ASSERT_EQUAL(200, second.status);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rig.sessions());
  }

  void refusedHandshakesGetTheReason() {
    GuardedRig rig;
    auto& first = rig.request("GET", Polling);
    HandshakeVerdict verdict{RefusalCause::NotAllowed, "not \"today\"", 7};
    verdict.handshakeFields.emplace_back("X-Secret", "1");
    rig.decide(0, verdict);
    CPPUNIT_ASSERT_EQUAL(403, first.status);
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":4,"message":"not \"today\""})"), first.answer);
    CPPUNIT_ASSERT(first.fieldLines.find("Retry-After: 7\r\n") != std::string::npos);
    CPPUNIT_ASSERT(first.fieldLines.find("X-Secret") == std::string::npos);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, rig.server->refusals().count(RefusalCause::NotAllowed));
  }

  void aDecisionThatComesTooLateChangesNothing() {
    GuardedRig rig;
    auto& waiting = rig.request("GET", Polling);
    rig.advance(base::Duration{5'000});
    auto& later = rig.request("GET", Polling);
    rig.advance(base::Duration{4'999});
    CPPUNIT_ASSERT(!waiting.answered());
    rig.advance(base::Duration{1});
    CPPUNIT_ASSERT_EQUAL(503, waiting.status);
    CPPUNIT_ASSERT_EQUAL(std::string("overdue"), rig.gate.asked.at(0)->withdrawn);
    CPPUNIT_ASSERT(!later.answered());
    rig.decide(0, {});
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, rig.server->refusals().count(RefusalCause::NotInTime));
    rig.decide(1, {});
    CPPUNIT_ASSERT_EQUAL(200, later.status);
    rig.advance(base::Duration{10'000});
    CPPUNIT_ASSERT_EQUAL(std::string(), rig.gate.asked.at(1)->withdrawn);
  }

  void aClientThatGoesAwayWithdrawsItsQuestion() {
    GuardedRig rig;
    auto& waiting = rig.request("GET", Polling);
    rig.on([&] { waiting.abort(); });
    CPPUNIT_ASSERT_EQUAL(std::string("gone"), rig.gate.asked.at(0)->withdrawn);
    rig.decide(0, {});
    rig.advance(base::Duration{10'000});
    CPPUNIT_ASSERT(!waiting.answered());
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, rig.sessions());
  }

  void theServerShutsDown() {
    GuardedRig rig;
    auto& first = rig.request("GET", Polling);
    auto& second = rig.request("GET", Polling);
    rig.on([&] { rig.server->closeAll(rig.loop()); });
    CPPUNIT_ASSERT(first.status == 503 && second.status == 503);
    CPPUNIT_ASSERT_EQUAL(std::string("gone"), rig.gate.asked.at(0)->withdrawn);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, rig.server->refusals().count(RefusalCause::NotAvailable));
  }

  void decidedAtOnce() {
    GuardedRig rig;
    rig.gate.atOnce.emplace();
    CPPUNIT_ASSERT_EQUAL(200, rig.request("GET", Polling).status);
    rig.gate.atOnce = HandshakeVerdict{RefusalCause::NotAvailable};
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":4,"message":"Forbidden"})"), rig.request("GET", Polling).answer);
  }

  void withoutAGuardNothingIsAsked() {
    GuardedRig rig;
    rig.gate.guarded = false;
    CPPUNIT_ASSERT_EQUAL(200, rig.request("GET", Polling).status);
    CPPUNIT_ASSERT_EQUAL(400, rig.request("POST", Polling).status);
    CPPUNIT_ASSERT(rig.gate.asked.empty());
  }

  void aWebSocketWaitsToo() {
    GuardedRig rig;
    const std::vector<http::Field> fields{{"Connection", "Upgrade"},
                                          {"Upgrade", "websocket"},
                                          {"Sec-WebSocket-Version", "13"},
                                          {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    auto& refused = rig.request("GET", "EIO=3&transport=websocket", {}, fields);
    CPPUNIT_ASSERT_EQUAL(3, rig.gate.asked.at(0)->protocol);
    rig.decide(0, {RefusalCause::NotAllowed, "not you"});
    CPPUNIT_ASSERT_EQUAL(400, refused.status);
    CPPUNIT_ASSERT_EQUAL(std::string("not you"), refused.answer);
    CPPUNIT_ASSERT(refused.closes);
    auto& admitted = rig.request("GET", "EIO=4&transport=websocket", {}, fields);
    rig.decide(1, {});
    CPPUNIT_ASSERT_EQUAL(101, admitted.status);
    ::close(admitted.clientEnd);
  }

  void fieldsOfTheSession() {
    GuardedRig rig;
    auto& first = rig.request("GET", Polling);
    HandshakeVerdict verdict;
    verdict.handshakeFields.emplace_back("X-First", "1");
    verdict.everyAnswerFields.emplace_back("X-Every", "2");
    rig.decide(0, verdict);
    CPPUNIT_ASSERT(first.fieldLines.find("X-First: 1") != std::string::npos);
    CPPUNIT_ASSERT(first.fieldLines.find("X-Every: 2") != std::string::npos);
    const auto& post = rig.request("POST", Polling + "&sid=" + sidOf(first.answer), "4a");
    CPPUNIT_ASSERT(post.fieldLines.find("X-First") == std::string::npos);
    CPPUNIT_ASSERT(post.fieldLines.find("X-Every: 2") != std::string::npos);
  }

 private:
  struct GateHolder {
    FakeGate gate;
  };
  class GuardedRig : private GateHolder, public Rig {
   public:
    GuardedRig() : Rig({}, [this](net::Loop&) -> HandshakeGate& { return gate; }) {}
    using GateHolder::gate;
    void decide(std::size_t number, HandshakeVerdict verdict) {
      on([&] { gate.asked.at(number)->decided(std::move(verdict)); });
      settle();
    }
  };
};

CPPUNIT_TEST_SUITE_REGISTRATION(PendingHandshakesTest);

}  // namespace chat::engineio
