#include <Poco/Logger.h>

#include <functional>
#include <thread>

#include "exec/WorkerPool.h"
#include "plugins/support/ChatFixture.h"
#include "typing/TypingHandler.h"

namespace chat::test {

using typing::TypingHandler;
using namespace std::chrono_literals;

/// Event `typing`.
class TypingTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(TypingTest);
  CPPUNIT_TEST(theOtherUserIsSentIt);
  CPPUNIT_TEST(itRunsOnTheLoop);
  CPPUNIT_TEST(changesDuringTheAnswerComeAfterIt);
  CPPUNIT_TEST(nobodyElseIsTold);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(anonymousSocketsAreRefused);
  CPPUNIT_TEST(theRateIsLimited);
  CPPUNIT_TEST(theLimiterHoldsOnAllThreads);
  CPPUNIT_TEST(theCacheBeginsAnewWhenFull);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    addUser("Ann", _ann);
    _bobId = addUser("bob", _bob);
    _workers = std::make_unique<exec::WorkerPool>(exec::WorkerPool::Options{"typing-test", 2, 16});
    _handler = std::make_unique<TypingHandler>(
        database(), emitter, clock, Poco::Logger::get("typing-test"),
        [this](std::function<void()> task) { return _workers->trySubmit(std::move(task)); }, TypingHandler::Settings{});
  }
  void tearDown() override {
    _workers.reset();
    _handler.reset();
    ChatFixture::tearDown();
  }

 private:
  Answer say(FakeSocket& socket, const std::string& members) {
    clock.advance(1s);
    return socket.send(*_handler, "typing", R"({"data":{"type":"typing","typing":{)" + members + "}}}");
  }

  void theOtherUserIsSentIt() {
    for (const bool isKnown : {false, true}) {
      const Answer answer = say(_ann, R"("rid":"bob")");
      CPPUNIT_ASSERT_EQUAL(0, answer.status);
      CPPUNIT_ASSERT(answer.isEmitted && answer.isAcknowledged);
      const std::string document =
          R"({"data":{"type":"typing","typing":{"sid":"Ann","rid":"bob","active":true,"seconds":6}}})";
      CPPUNIT_ASSERT_EQUAL(document, answer.text(""));
      const auto emits = isKnown ? emitter.take() : emitter.waitFor(1);
      CPPUNIT_ASSERT_EQUAL(std::size_t{1}, emits.size());
      CPPUNIT_ASSERT_EQUAL(_bobId, emits[0].target.user.value);
      CPPUNIT_ASSERT_EQUAL(std::string("typing"), emits[0].event);
      CPPUNIT_ASSERT_EQUAL(document, emits[0].args);
      CPPUNIT_ASSERT(emits[0].options.isVolatile);
      if (!isKnown) becomeKnown();
    }
    say(_ann, R"("rid":"bob","active":false)");
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"data":{"type":"typing","typing":{"sid":"Ann","rid":"bob","active":false}}})"),
                         emitter.take().at(0).args);
  }

  /// Repeated until it is sent at once: from then on the name is known.
  void becomeKnown() {
    do {
      emitter.take();
      say(_ann, R"("rid":"bob")");
    } while (emitter.take().empty() && emitter.waitFor(1).size() == 1);
  }

  void itRunsOnTheLoop() { CPPUNIT_ASSERT(_handler->execution() == plugin::Execution::Inline); }

  void changesDuringTheAnswerComeAfterIt() {
    for (int i = 0; i < 10; ++i) say(_ann, i % 2 == 0 ? R"("rid":"BOB")" : R"("rid":"bob","active":false)");
    const auto emits = emitter.waitFor(10);
    CPPUNIT_ASSERT_EQUAL(std::size_t{10}, emits.size());
    for (std::size_t i = 0; i < emits.size(); ++i) {
      CPPUNIT_ASSERT_EQUAL(i % 2 == 0, emits[i].args.find("\"active\":true") != std::string::npos);
    }
  }

  void nobodyElseIsTold() {
    for (const char* rid : {"ann", "ANN", "nobody", "no body", "<b>"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(rid, 0, say(_ann, "\"rid\":\"" + std::string(rid) + "\"").status);
    }
    say(_ann, R"("rid":"bob")");
    const auto emits = emitter.waitFor(1);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, emits.size());
    CPPUNIT_ASSERT_EQUAL(_bobId, emits[0].target.user.value);
  }

  void whatIsRefused() {
    const Refused documents[] = {
        {"", 400, "A document"},
        {R"({"data":{"type":"msg","typing":{"rid":"bob"}}})", 400, "data.type "},
        {R"({"data":{"type":"typing"}})", 400, "data.typing "},
        {R"({"data":{"type":"typing","typing":{}}})", 400, "data.typing.rid "},
        {R"({"data":{"type":"typing","typing":{"rid":""}}})", 400, "data.typing.rid "},
        {R"({"data":{"type":"typing","typing":{"rid":"bob","active":1}}})", 400, "data.typing.active "},
        {R"({"data":{"type":"typing","typing":{"rid":"bob","active":null}}})", 400, "data.typing.active "},
        {R"({"data":{"type":"typing","typing":{"rid":")" + std::string(1024, 'b') + R"("}}})", 413, "The document "},
    };
    expectRefusals(_ann, *_handler, "typing", documents);
  }

  void anonymousSocketsAreRefused() {
    FakeSocket anonymous;
    CPPUNIT_ASSERT_EQUAL(401, anonymous.send(*_handler, "typing", "").code());
  }

  void theRateIsLimited() {
    const std::string document = R"({"data":{"type":"typing","typing":{"rid":"ann"}}})";
    for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT_EQUAL(0, _ann.send(*_handler, "typing", document).status);
    const Answer refused = _ann.send(*_handler, "typing", document);
    CPPUNIT_ASSERT_EQUAL(429, refused.code());
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{1}, refused.retryAfter.value_or(0));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("others aren't held up", 0, _bob.send(*_handler, "typing", document).status);
    clock.advance(200ms);
    CPPUNIT_ASSERT_EQUAL(0, _ann.send(*_handler, "typing", document).status);
    CPPUNIT_ASSERT_EQUAL(429, _ann.send(*_handler, "typing", document).code());
  }

  void theLimiterHoldsOnAllThreads() {
    auto limiter = std::make_unique<typing::LoopRateLimiter>(clock, 1000, 1);
    std::atomic<int> sent{0};
    std::vector<std::thread> loops;
    for (int loop = 0; loop < 4; ++loop) {
      loops.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) sent += limiter->secondsToWait("1") == 0;
      });
    }
    for (std::thread& loop : loops) loop.join();
    CPPUNIT_ASSERT_EQUAL(1000, sent.load());
    CPPUNIT_ASSERT_EQUAL(std::uint32_t{0}, limiter->secondsToWait("2"));
  }

  void theCacheBeginsAnewWhenFull() {
    typing::NameCache names(2);
    names.add("a", 1);
    names.add("b", 2);
    CPPUNIT_ASSERT(names.find("a") == std::uint64_t{1});
    names.add("c", 3);
    CPPUNIT_ASSERT(!names.find("a") && !names.find("b"));
    CPPUNIT_ASSERT(names.find("c") == std::uint64_t{3});
  }

  FakeSocket _ann;
  FakeSocket _bob;
  std::string _bobId;
  std::unique_ptr<exec::WorkerPool> _workers;
  std::unique_ptr<TypingHandler> _handler;
};

CHAT_DATABASE_TEST_REGISTRATION(TypingTest);

}  // namespace chat::test
