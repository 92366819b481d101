#include <cppunit/extensions/HelperMacros.h>

#include <future>

#include "PipelineRig.h"

namespace chat::gateway {

/// Answers that follow after their handlers have returned (Reply::later).
class LateAnswersTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LateAnswersTest);
  CPPUNIT_TEST(answersThatFollowLaterKeepTheOrder);
  CPPUNIT_TEST(otherHandlersWaitForPendingAnswers);
  CPPUNIT_TEST(onlySoManyAnswersMayBePending);
  CPPUNIT_TEST(pendingAnswersEndOnce);
  CPPUNIT_TEST(aPendingAnswerThatTakesTooLong);
  CPPUNIT_TEST(anAnswerThatWasSentKeepsNoPlugin);
  CPPUNIT_TEST(theClientLeavesBeforeItsAnswer);
  CPPUNIT_TEST_SUITE_END();

 public:
  void answersThatFollowLaterKeepTheOrder() {
    for (const char* event : {"later", "later-inline"}) {
      Transcript transcript;
      Rig rig;
      auto& endpoint = rig.connect(transcript);
      rig.onLoop([&] {
        std::uint64_t ack = 0;
        for (const char* args : {"1", "2", "\"refuse\"", "4"})
          rig.events.receive(endpoint, {event, args, {}, {++ack, {}}});
      });
      for (int i = 0; i < 3; ++i) rig.test->asked.acquire();
      // All are with the plugin, and nobody waits for the first; what is known of the others waits for its turn.
      rig.test->answerLater("4");
      rig.test->answerLater("2");
      rig.onLoop([] {});
      CPPUNIT_ASSERT(transcript.wait(0).empty());
      rig.test->answerLater("1");
      const auto lines = transcript.wait(5);
      CPPUNIT_ASSERT_EQUAL(std::string("ack 1 1"), lines[0]);
      CPPUNIT_ASSERT_EQUAL(std::string("ack 2 2"), lines[1]);
      CPPUNIT_ASSERT(lines[3].starts_with(R"(ack 3 2 {"errors":{"code":"403")"));
      CPPUNIT_ASSERT_EQUAL(std::string("ack 4 4"), lines[4]);
    }
  }

  void otherHandlersWaitForPendingAnswers() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "later", 1, "1");
    rig.test->asked.acquire();
    rig.send(endpoint, "quick", 2);
    rig.send(endpoint, "nothing", 3);
    rig.send(endpoint, "later", 4, "4");
    rig.onLoop([] {});
    CPPUNIT_ASSERT(transcript.wait(0).empty());
    rig.test->answerLater("1");
    rig.test->asked.acquire();
    rig.test->answerLater("4");
    const auto lines = transcript.wait(4);
    CPPUNIT_ASSERT_EQUAL(std::string("ack 1 1"), lines[0]);
    CPPUNIT_ASSERT_EQUAL(std::string("ack 2 1"), lines[1]);
    CPPUNIT_ASSERT(lines[2].starts_with("ack 3 1 {\"errors\""));
    CPPUNIT_ASSERT_EQUAL(std::string("ack 4 4"), lines[3]);
  }

  void onlySoManyAnswersMayBePending() {
    Transcript transcript;
    Options options;
    options.waitingEvents = 2;
    Rig rig(options);
    auto& endpoint = rig.connect(transcript);
    for (std::uint64_t ack = 1; ack <= 4; ++ack) rig.send(endpoint, "later", ack, std::to_string(ack));
    for (int i = 0; i < 2; ++i) rig.test->asked.acquire();
    rig.onLoop([] {});  // all four have come
    // It may have been read from again, when some of what had waited went on its way.
    CPPUNIT_ASSERT_EQUAL(std::string("pause"), transcript.wait(1).front());
    CPPUNIT_ASSERT(!rig.test->asked.try_acquire());
    for (int i = 1; i <= 2; ++i) rig.test->answerLater(std::to_string(i));
    for (int i = 3; i <= 4; ++i) rig.test->asked.acquire();
    for (int i = 3; i <= 4; ++i) rig.test->answerLater(std::to_string(i));
    Lines acks;
    for (std::size_t count = 1; acks.size() < 4 && count < 20; ++count) {
      acks = transcript.wait(count);
      std::erase_if(acks, [](const std::string& line) { return !line.starts_with("ack"); });
    }
    CPPUNIT_ASSERT((Lines{"ack 1 1", "ack 2 2", "ack 3 3", "ack 4 4"}) == acks);
  }

  void pendingAnswersEndOnce() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    for (const char* args : {"1", "2", "3"}) {
      rig.send(endpoint, "later", std::stoull(args), args);
      rig.test->asked.acquire();
    }
    const auto sent = rig.test->take("1");
    CPPUNIT_ASSERT(sent->isWanted());
    sent->reply().acknowledgeArgs("1");
    sent->send();
    CPPUNIT_ASSERT(!sent->isWanted());
    sent->fail(std::make_exception_ptr(AppError(403, "too late")));
    sent->send();
    const auto failed = rig.test->take("2");
    failed->reply().acknowledgeArgs("\"half done\"");
    failed->fail(std::make_exception_ptr(data::Unavailable("away")));
    failed->send();
    rig.test->take("3").reset();  // dropped
    const auto lines = transcript.wait(5);
    CPPUNIT_ASSERT_EQUAL(std::string("ack 1 1"), lines[0]);
    CPPUNIT_ASSERT(lines[2].starts_with(R"(ack 2 1 {"errors":{"code":"503")"));
    CPPUNIT_ASSERT(lines[4].starts_with(R"(ack 3 1 {"errors":{"code":"500")"));
    const auto totals = rig.generation->statsOf("later")->totals();
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, totals.calls);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, totals.unavailable);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, totals.faults);
  }

  void aPendingAnswerThatTakesTooLong() {
    Transcript transcript;
    Rig rig({}, nullptr, std::chrono::milliseconds(50));
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "later", 1, "1");
    rig.test->asked.acquire();
    CPPUNIT_ASSERT(transcript.wait(2)[1].starts_with(R"(ack 1 1 {"errors":{"code":"504")"));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, rig.generation->statsOf("later")->totals().timeouts);
    rig.test->answerLater("1");
    rig.send(endpoint, "quick", 2);
    CPPUNIT_ASSERT_EQUAL(std::string("ack 2 1"), transcript.wait(3)[2]);
  }

  // What is left of an answer that was sent is the loop's: a loop that stops mustn't keep the plugin.
  void anAnswerThatWasSentKeepsNoPlugin() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "later", 1, "1");
    rig.test->asked.acquire();
    rig.onLoop([&] {
      rig.test->answerLater("1");
      CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, rig.generation->callsInside());
    });
    CPPUNIT_ASSERT_EQUAL(std::string("ack 1 1"), transcript.wait(1)[0]);
  }

  // Its last event is answered before it counts as gone, and its plugin isn't unloaded meanwhile.
  void theClientLeavesBeforeItsAnswer() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "later", 1, "1");
    rig.test->asked.acquire();
    rig.onLoop([&] {
      endpoint.gone = true;
      endpoint.leaveReason = "transport close";
      rig.events.closed(endpoint);
    });
    auto left = rig.test->leavers.reason.get_future();
    CPPUNIT_ASSERT(left.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
    CPPUNIT_ASSERT(rig.generation->callsInside() > 0);
    rig.test->answerLater("1");
    CPPUNIT_ASSERT_EQUAL(std::string("transport close"), left.get());
    CPPUNIT_ASSERT(transcript.wait(0).empty());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LateAnswersTest);

}  // namespace chat::gateway
