// Answerers that are late, silent, doubled or nobody's: a round ends once, with what the others said.
#include <cppunit/extensions/HelperMacros.h>

#include <thread>

#include "gateway/asking/AckRound.h"
#include "gateway/asking/SocketRounds.h"

namespace chat::gateway {
namespace {

using Reason = plugin::AckMissing::Reason;

constexpr Answerer Good = 0;
constexpr Answerer Other = 1;
constexpr Answerer Stranger = 7;

/// What came of a count, and how often.
struct Counted {
  std::size_t number = 0;
  int times = 0;
  std::shared_ptr<CountRound> round = std::make_shared<CountRound>(2, [this](std::size_t counted) {
    number = counted;
    ++times;
  });
};

/// What came of a question to sockets, and how often.
struct Asked {
  std::vector<std::string> answers;
  std::vector<std::string> missing;
  bool isCutShort = false;
  int times = 0;
  std::shared_ptr<AckRound> round =
      std::make_shared<AckRound>(2, 1000, [this](std::shared_ptr<const plugin::AckResult> result) {
        for (const auto& answer : result->answers()) {
          answers.push_back(std::string(answer.socketId) + " " + std::string(answer.args));
        }
        for (const auto& lacking : result->missing()) missing.emplace_back(lacking.socketId);
        isCutShort = result->isCutShort();
        ++times;
      });
};

using Lines = std::vector<std::string>;

}  // namespace

class RoundTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RoundTest);
  CPPUNIT_TEST(endsWithTheLastAnswer);
  CPPUNIT_TEST(anAnswererCountsOnce);
  CPPUNIT_TEST(strangersAreNotCounted);
  CPPUNIT_TEST(whatIsLateIsDropped);
  CPPUNIT_TEST(anAnswererThatIsSilentIsMissed);
  CPPUNIT_TEST(aSocketAnswersOnce);
  CPPUNIT_TEST(nobodyAnswersForAnothersSockets);
  CPPUNIT_TEST(socketsThatAreAskedTooLateAreNotWaitedFor);
  CPPUNIT_TEST(onlineNeedsAValueForEachUser);
  CPPUNIT_TEST(onlineWaitsForAnswerersAndNotForEver);
  CPPUNIT_TEST_SUITE_END();

 public:
  void endsWithTheLastAnswer() {
    Counted counted;
    counted.round->add(Good, 2);
    CPPUNIT_ASSERT_EQUAL(0, counted.times);
    counted.round->add(Other, 3);
    CPPUNIT_ASSERT_EQUAL(1, counted.times);
    CPPUNIT_ASSERT_EQUAL(std::size_t{5}, counted.number);
  }

  void anAnswererCountsOnce() {
    Counted counted;
    for (int i = 0; i < 3; ++i) counted.round->add(Other, 3);
    counted.round->finish(Other);
    CPPUNIT_ASSERT_EQUAL(0, counted.times);
    counted.round->add(Good, 2);
    CPPUNIT_ASSERT_EQUAL(std::size_t{5}, counted.number);
  }

  void strangersAreNotCounted() {
    Counted counted;
    counted.round->add(Stranger, 100);
    counted.round->finish(Stranger);
    counted.round->add(Good, 2);
    CPPUNIT_ASSERT_EQUAL(0, counted.times);
    counted.round->finish(Other);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, counted.number);
  }

  void whatIsLateIsDropped() {
    Counted counted;
    counted.round->add(Good, 2);
    counted.round->end(Reason::TimedOut);
    CPPUNIT_ASSERT_EQUAL(1, counted.times);
    counted.round->add(Other, 3);
    counted.round->end(Reason::TimedOut);
    CPPUNIT_ASSERT_EQUAL(1, counted.times);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, counted.number);
  }

  void anAnswererThatIsSilentIsMissed() {
    Asked asked;
    const auto place = asked.round->ask(Good, "a", "/");
    asked.round->answer(place, "1", {});
    asked.round->finish(Good);
    CPPUNIT_ASSERT_EQUAL(0, asked.times);
    asked.round->end(Reason::TimedOut);
    CPPUNIT_ASSERT_EQUAL(1, asked.times);
    CPPUNIT_ASSERT(asked.isCutShort);
    CPPUNIT_ASSERT(Lines{"a 1"} == asked.answers);
  }

  void aSocketAnswersOnce() {
    Asked asked;
    const auto a = asked.round->ask(Good, "a", "/");
    const auto b = asked.round->ask(Other, "b", "/");
    asked.round->finish(Good);
    asked.round->finish(Other);
    for (const auto* args : {"1", "2"}) asked.round->answer(b, args, {});
    asked.round->miss(b, Reason::Left);
    CPPUNIT_ASSERT_EQUAL(0, asked.times);
    asked.round->answer(a, "3", {});
    CPPUNIT_ASSERT_EQUAL(1, asked.times);
    CPPUNIT_ASSERT((Lines{"b 1", "a 3"}) == asked.answers);
    CPPUNIT_ASSERT(asked.missing.empty());
  }

  void nobodyAnswersForAnothersSockets() {
    Asked asked;
    const auto a = asked.round->ask(Good, "a", "/");
    asked.round->finish(Good);
    asked.round->answer({Other, a.number}, "forged", {});
    asked.round->answer({Good, a.number + 100}, "forged", {});
    asked.round->finish(Other);
    CPPUNIT_ASSERT_EQUAL(0, asked.times);
    asked.round->answer(a, "1", {});
    CPPUNIT_ASSERT(Lines{"a 1"} == asked.answers);
  }

  void socketsThatAreAskedTooLateAreNotWaitedFor() {
    Asked asked;
    asked.round->finish(Other);
    const auto late = asked.round->ask(Other, "late", "/");
    const auto strange = asked.round->ask(Stranger, "strange", "/");
    asked.round->answer(late, "1", {});
    asked.round->answer(strange, "1", {});
    asked.round->finish(Good);
    CPPUNIT_ASSERT_EQUAL(1, asked.times);
    CPPUNIT_ASSERT(asked.answers.empty());
    CPPUNIT_ASSERT(asked.missing.empty());
  }

  void onlineNeedsAValueForEachUser() {
    OnlineRound round(2, 3);
    round.add(Other, {true, true, true, true});
    round.add(Other, {true, true, true});  // its second answer
    round.add(Good, {false, true, false});
    CPPUNIT_ASSERT(round.wait(std::chrono::milliseconds(0)));
    CPPUNIT_ASSERT((std::vector<bool>{false, true, false}) == round.online());
  }

  void onlineWaitsForAnswerersAndNotForEver() {
    const auto round = std::make_shared<OnlineRound>(2, 1);
    round->add(Good, {false});
    std::thread other([round] { round->add(Other, {true}); });
    CPPUNIT_ASSERT(round->wait(std::chrono::seconds(10)));
    CPPUNIT_ASSERT(round->online()[0]);
    other.join();
    OnlineRound silent(2, 1);
    silent.add(Good, {true});
    CPPUNIT_ASSERT(!silent.wait(std::chrono::milliseconds(1)));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RoundTest);

}  // namespace chat::gateway
