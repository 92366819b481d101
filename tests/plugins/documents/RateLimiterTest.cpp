#include <cppunit/extensions/HelperMacros.h>

#include "support/FakeClock.h"
#include "support/RateLimiter.h"

namespace chat::test {

using namespace std::chrono_literals;

class RateLimiterTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RateLimiterTest);
  CPPUNIT_TEST(thirtyAtOnceThenTenASecond);
  CPPUNIT_TEST(usersAreCountedApart);
  CPPUNIT_TEST(refusalsCountNothing);
  CPPUNIT_TEST(slowRatesSayHowLong);
  CPPUNIT_TEST(memoryDependsOnTheActiveUsers);
  CPPUNIT_TEST_SUITE_END();

  int send(const std::string& user, int tries) {
    int sent = 0;
    for (int i = 0; i < tries; ++i) sent += _limiter.secondsToWait(user) == 0;
    return sent;
  }

  void thirtyAtOnceThenTenASecond() {
    CPPUNIT_ASSERT_EQUAL(30, send("1", 50));
    _clock.advance(100ms);
    CPPUNIT_ASSERT_EQUAL(1, send("1", 50));
    _clock.advance(1s);
    CPPUNIT_ASSERT_EQUAL(10, send("1", 50));
    _clock.advance(1h);
    CPPUNIT_ASSERT_EQUAL(30, send("1", 50));
  }

  void usersAreCountedApart() {
    send("1", 50);
    CPPUNIT_ASSERT_EQUAL(30, send("2", 50));
  }

  void refusalsCountNothing() {
    send("1", 5000);
    CPPUNIT_ASSERT_EQUAL(1U, _limiter.secondsToWait("1"));
    _clock.advance(1s);
    CPPUNIT_ASSERT_EQUAL(10, send("1", 50));
  }

  void slowRatesSayHowLong() {
    support::RateLimiter slow(_clock, {1, 1});
    CPPUNIT_ASSERT_EQUAL(0U, slow.secondsToWait("1"));
    CPPUNIT_ASSERT_EQUAL(1U, slow.secondsToWait("1"));
    _clock.advance(999ms);
    CPPUNIT_ASSERT_EQUAL(1U, slow.secondsToWait("1"));
    _clock.advance(1ms);
    CPPUNIT_ASSERT_EQUAL(0U, slow.secondsToWait("1"));
  }

  void memoryDependsOnTheActiveUsers() {
    for (int i = 0; i < 100'000; ++i) {
      send(std::to_string(i), 1);
      if (i % 100 == 0) _clock.advance(1s);
    }
    CPPUNIT_ASSERT(_limiter.size() < 2048);
  }

  FakeClock _clock;
  support::RateLimiter _limiter{_clock, {30, 10}};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RateLimiterTest);

}  // namespace chat::test
