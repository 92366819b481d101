#include <cppunit/extensions/HelperMacros.h>

#include "net/InboundLimit.h"

namespace chat::net {

class InboundLimitTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(InboundLimitTest);
  CPPUNIT_TEST(twoSecondsAtOnceThenTheRate);
  CPPUNIT_TEST(aLargeMessageIsPaidForAfterwards);
  CPPUNIT_TEST(withoutLimitsNothingWaits);
  CPPUNIT_TEST_SUITE_END();

  static constexpr base::TimePoint Start{base::Duration{1000}};
  static constexpr base::Duration Zero{0};

 public:
  void twoSecondsAtOnceThenTheRate() {
    InboundLimit limit({10, 0}, Start);
    for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT(limit.take(Start, 1'000'000) == Zero);
    CPPUNIT_ASSERT(limit.take(Start, 1) == base::Duration{100});
    CPPUNIT_ASSERT(limit.wait(Start + base::Duration{60}) == base::Duration{40});
    CPPUNIT_ASSERT(limit.wait(Start + base::Duration{100}) == Zero);
    const auto later = Start + base::Duration{60'000};  // an idle client saves up at most two seconds' worth
    for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT(limit.take(later, 1) == Zero);
    CPPUNIT_ASSERT(limit.take(later, 1) > Zero);
  }

  void aLargeMessageIsPaidForAfterwards() {
    InboundLimit limit({0, 1000}, Start);
    CPPUNIT_ASSERT(limit.take(Start, 5000) == base::Duration{3000});
    CPPUNIT_ASSERT(limit.wait(Start + base::Duration{3000}) == Zero);
    CPPUNIT_ASSERT(limit.take(Start + base::Duration{3000}, 1) > Zero);
  }

  void withoutLimitsNothingWaits() {
    InboundLimit limit({}, Start);
    CPPUNIT_ASSERT(!InboundLimit::Rates{}.any());
    for (int i = 0; i < 1000; ++i) CPPUNIT_ASSERT(limit.take(Start, 1'000'000) == Zero);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InboundLimitTest);

}  // namespace chat::net
