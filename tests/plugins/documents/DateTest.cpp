#include <cppunit/extensions/HelperMacros.h>

#include "support/Date.h"

namespace chat::test {

class DateTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DateTest);
  CPPUNIT_TEST(datesAreUtcWithMilliseconds);
  CPPUNIT_TEST(timesConvertBothWays);
  CPPUNIT_TEST_SUITE_END();

  void datesAreUtcWithMilliseconds() {
    const struct {
      support::Millis millis;
      std::string text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1'795'359'845'123, "2026-11-22T15:04:05.123Z"},
        {1'709'164'800'007, "2024-02-29T00:00:00.007Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL(row.text, support::formatDate(row.millis));
  }

  void timesConvertBothWays() {
    CPPUNIT_ASSERT_EQUAL(support::Millis{1'795'359'845'123}, support::toMillis(support::fromMillis(1'795'359'845'123)));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DateTest);

}  // namespace chat::test
