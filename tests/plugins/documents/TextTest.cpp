#include <cppunit/extensions/HelperMacros.h>

#include "support/Text.h"

namespace chat::test {

class TextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TextTest);
  CPPUNIT_TEST(charactersAreCodePoints);
  CPPUNIT_TEST(caseIsFolded);
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

  void caseIsFolded() {
    const struct {
      std::string text;
      std::string expected;
    } rows[] = {
        {"", ""},
        {"Hello, World 1", "hello, world 1"},
        {"ÄÖÜ É Ñ ß", "äöü é ñ ß"},
        {"ПРИВЕТ", "привет"},
        {"ΟΔΟΣ", "οδοσ"},
        {"οδος", "οδοσ"},  // the sigma at the end of a word
        {"日本 中文", "日本 中文"},
        {"\xf0\x9f\x98\x80 \xf0\x9f\x98\x81", "\xf0\x9f\x98\x80 \xf0\x9f\x98\x81"},
        {"\xf0\x90\x90\x80", "\xf0\x90\x90\xa8"},  // Deseret, beyond 16 bits
        {std::string("A\0B", 3), std::string("a\0b", 3)},
        {"\xef\xbf\xbf", "\xef\xbf\xbf"},
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
    };
    for (const auto& row : rows) {
      CPPUNIT_ASSERT_EQUAL(row.expected, support::foldCase(row.text));
      CPPUNIT_ASSERT_EQUAL(row.expected, support::foldCase(row.expected));
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextTest);

}  // namespace chat::test
