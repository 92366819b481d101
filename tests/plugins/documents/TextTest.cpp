#include <cppunit/extensions/HelperMacros.h>

#include "support/Text.h"

namespace chat::test {

class TextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TextTest);
  CPPUNIT_TEST(charactersAreCodePoints);
  CPPUNIT_TEST_SUITE_END();

  void charactersAreCodePoints() {
    const struct {
      std::string text;
      std::size_t count;
    } rows[] = {{"", 0},
                {"abc", 3},
                {"\xc3\xa4", 1},
                {"日本", 2},
                {"\xf0\x9f\x98\x80", 1},
                {"e\xcc\x81", 2},
                {std::string("\0\0", 2), 2}};
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL(row.count, support::countCharacters(row.text));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextTest);

}  // namespace chat::test
