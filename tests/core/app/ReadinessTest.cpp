#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <future>
#include <stdexcept>

#include "app/operations/Readiness.h"

using chat::app::Readiness;
using chat::base::Duration;

class ReadinessTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ReadinessTest);
  CPPUNIT_TEST(isNotReadyBeforeTheStart);
  CPPUNIT_TEST(followsTheCheck);
  CPPUNIT_TEST(anAnswerThatDoesNotComeIsTheReason);
  CPPUNIT_TEST(staysDraining);
  CPPUNIT_TEST_SUITE_END();

 public:
  void isNotReadyBeforeTheStart() {
    Readiness readiness;
    CPPUNIT_ASSERT_EQUAL(std::string("starting"), readiness.reason());
    readiness.start({});
    CPPUNIT_ASSERT_EQUAL(std::string(), readiness.reason());
  }

  void followsTheCheck() {
    Readiness readiness(Duration{1});
    std::atomic<bool> away{true};
    std::atomic<int> asked{0};
    readiness.start([&] {
      ++asked;
      if (away) throw std::runtime_error("the database is away");
    });
    CPPUNIT_ASSERT_EQUAL(std::string("the database is away"), readiness.reason());
    away = false;
    waitForRounds(asked);
    CPPUNIT_ASSERT_EQUAL(std::string(), readiness.reason());
    away = true;
    waitForRounds(asked);
    CPPUNIT_ASSERT_EQUAL(std::string("the database is away"), readiness.reason());
  }

  // Like a frozen database: the connection stays open, but no answer comes.
  void anAnswerThatDoesNotComeIsTheReason() {
    Readiness readiness(Duration{1}, Duration{20});
    std::promise<void> answer;
    const auto answered = answer.get_future().share();
    std::atomic<int> asked{0};
    readiness.start([&] {
      if (++asked == 2) answered.wait();
    });
    while (readiness.reason().empty()) std::this_thread::yield();
    CPPUNIT_ASSERT(readiness.reason().starts_with("the database has not answered"));
    answer.set_value();
    waitForRounds(asked);
    CPPUNIT_ASSERT_EQUAL(std::string(), readiness.reason());
  }

  void staysDraining() {
    Readiness readiness(Duration{1});
    std::atomic<int> asked{0};
    readiness.start([&] { ++asked; });
    readiness.drain();
    waitForRounds(asked);
    CPPUNIT_ASSERT_EQUAL(std::string("shutting down"), readiness.reason());
  }

 private:
  // Two more checks have begun, so at least one has begun and ended after the call.
  static void waitForRounds(const std::atomic<int>& asked) {
    const int goal = asked + 3;
    while (asked < goal) std::this_thread::yield();
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReadinessTest);
