#include <cppunit/extensions/HelperMacros.h>

#include "login/AttemptLimiter.h"
#include "support/FakeClock.h"

namespace chat::test {

using login::AttemptLimiter;
using namespace std::chrono_literals;

class AttemptLimiterTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AttemptLimiterTest);
  CPPUNIT_TEST(theFifthFailureInARowBringsAWait);
  CPPUNIT_TEST(aSuccessBeginsAnew);
  CPPUNIT_TEST(waitsGrowUpToThirtySeconds);
  CPPUNIT_TEST(aRefusedTryDoesNotProlong);
  CPPUNIT_TEST(failuresAreForgottenInTime);
  CPPUNIT_TEST(otherUsersAreNotAffected);
  CPPUNIT_TEST(anAddressThatTriesManyAccountsWaits);
  CPPUNIT_TEST(anAccountTriedFromManyAddressesWaits);
  CPPUNIT_TEST(theOwnerCanLogInAtHomeDuringGuesses);
  CPPUNIT_TEST(memoryIsBounded);
  CPPUNIT_TEST(networks);
  CPPUNIT_TEST_SUITE_END();

  void fail(int times, const std::string& account = "ann", const std::string& address = "192.0.2.1") {
    for (int i = 0; i < times; ++i) _limiter.failed(account, address);
  }
  std::uint32_t wait(const std::string& account = "ann", const std::string& address = "192.0.2.1") {
    return _limiter.secondsToWait(account, address);
  }
  /// Fails from `count` addresses, or at `count` accounts, once each.
  void failFromAddresses(int count) {
    for (int i = 0; i < count; ++i) _limiter.failed("ann", "198.51.100." + std::to_string(i));
  }
  void failAtAccounts(int count) {
    for (int i = 0; i < count; ++i) _limiter.failed("user" + std::to_string(i), "192.0.2.1");
  }

  void theFifthFailureInARowBringsAWait() {
    fail(4);
    CPPUNIT_ASSERT_EQUAL(0U, wait());
    fail(1);
    CPPUNIT_ASSERT_EQUAL(5U, wait());
    _clock.advance(4001ms);
    CPPUNIT_ASSERT_EQUAL(1U, wait());
    _clock.advance(999ms);
    CPPUNIT_ASSERT_EQUAL(0U, wait());
  }

  void aSuccessBeginsAnew() {
    fail(4);
    _limiter.succeeded("ann", "192.0.2.1");
    fail(4);
    CPPUNIT_ASSERT_EQUAL(0U, wait());
  }

  void waitsGrowUpToThirtySeconds() {
    fail(5);
    for (const std::uint32_t expected : {5U, 10U, 20U, 30U, 30U, 30U}) {
      CPPUNIT_ASSERT_EQUAL(expected, wait());
      _clock.advance(std::chrono::seconds(expected));
      CPPUNIT_ASSERT_EQUAL(0U, wait());
      fail(1);
    }
    for (int i = 0; i < 100; ++i) {
      _clock.advance(30s);
      fail(1);
      CPPUNIT_ASSERT_EQUAL(30U, wait());
    }
  }

  void aRefusedTryDoesNotProlong() {
    fail(5);
    _clock.advance(3s);
    fail(20);  // attempts that were running when the wait began
    CPPUNIT_ASSERT_EQUAL(2U, wait());
    _clock.advance(2s);
    fail(1);
    CPPUNIT_ASSERT_EQUAL(10U, wait());
  }

  void failuresAreForgottenInTime() {
    fail(4);
    _clock.advance(40min);
    fail(4);
    CPPUNIT_ASSERT_EQUAL(0U, wait());
  }

  void otherUsersAreNotAffected() {
    fail(50);
    CPPUNIT_ASSERT_EQUAL(0U, wait("ann", "192.0.2.2"));  // the owner, from elsewhere
    CPPUNIT_ASSERT_EQUAL(0U, wait("bob", "192.0.2.1"));
  }

  void anAddressThatTriesManyAccountsWaits() {
    failAtAccounts(99);
    CPPUNIT_ASSERT_EQUAL(0U, wait("somebody"));
    failAtAccounts(1);
    CPPUNIT_ASSERT_EQUAL(5U, wait("somebody"));
    CPPUNIT_ASSERT_EQUAL(0U, wait("somebody", "192.0.2.2"));
    // A success with another account may be the guesser's own, so it doesn't reset the wait.
    _limiter.succeeded("guesser", "192.0.2.1");
    CPPUNIT_ASSERT_EQUAL(5U, wait("somebody"));
  }

  void anAccountTriedFromManyAddressesWaits() {
    failFromAddresses(99);
    CPPUNIT_ASSERT_EQUAL(0U, wait("ann", "203.0.113.9"));
    failFromAddresses(1);
    CPPUNIT_ASSERT_EQUAL(5U, wait("ann", "203.0.113.9"));
    CPPUNIT_ASSERT_EQUAL(0U, wait("bob", "203.0.113.9"));
  }

  void theOwnerCanLogInAtHomeDuringGuesses() {
    _limiter.succeeded("ann", "203.0.113.9");
    failFromAddresses(100);
    for (int i = 0; i < 100; ++i) _limiter.failed("user" + std::to_string(i), "203.0.113.9");
    CPPUNIT_ASSERT_EQUAL(0U, wait("ann", "203.0.113.9"));
    CPPUNIT_ASSERT(wait("user200", "203.0.113.9") > 0);
    fail(5, "ann", "203.0.113.9");  // but guesses from the owner's address have to wait too
    CPPUNIT_ASSERT_EQUAL(5U, wait("ann", "203.0.113.9"));
  }

  void memoryIsBounded() {
    for (std::size_t i = 0; i < AttemptLimiter::Capacity + 500; ++i) {
      const std::string number = std::to_string(i);
      _limiter.failed("user" + number, "address" + number);
      _limiter.succeeded("owner" + number, "home" + number);
    }
    CPPUNIT_ASSERT_EQUAL(4 * AttemptLimiter::Capacity, _limiter.size());
  }

  void networks() {
    CPPUNIT_ASSERT(login::networkOf("2001:db8::1") == login::networkOf("2001:db8:0:0:ffff::2"));
    CPPUNIT_ASSERT(login::networkOf("2001:db8::1") != login::networkOf("2001:db8:0:1::1"));
    CPPUNIT_ASSERT(login::networkOf("::ffff:192.0.2.1") != login::networkOf("::ffff:192.0.2.2"));
    CPPUNIT_ASSERT(login::networkOf("192.0.2.1") != login::networkOf("192.0.2.2"));
    CPPUNIT_ASSERT_EQUAL(login::networkOf("192.0.2.1"), login::networkOf("::ffff:192.0.2.1"));
  }

  FakeClock _clock;
  AttemptLimiter _limiter{_clock};
};

CPPUNIT_TEST_SUITE_REGISTRATION(AttemptLimiterTest);

}  // namespace chat::test
