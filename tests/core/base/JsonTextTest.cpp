#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "base/JsonText.h"

namespace chat::base {

/// Strings of every length, since long ones are scanned in blocks.
class JsonTextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(JsonTextTest);
  CPPUNIT_TEST(stringsEndAtTheirQuotationMark);
  CPPUNIT_TEST(anEscapedQuotationMarkIsNoEnd);
  CPPUNIT_TEST(controlCharactersAreInvalidAnywhere);
  CPPUNIT_TEST(everyOtherByteMayStandInALongString);
  CPPUNIT_TEST_SUITE_END();

  static constexpr std::size_t Longest = 2600;
  static constexpr auto npos = std::string_view::npos;

 public:
  void stringsEndAtTheirQuotationMark() {
    for (std::size_t length = 0; length < Longest; ++length) {
      const auto text = '"' + std::string(length, 'x') + '"';
      CPPUNIT_ASSERT_EQUAL(text.size(), skipJsonValue(text));
      CPPUNIT_ASSERT_EQUAL(text.size(), skipJsonValue(text + std::string(300, '"')));
      CPPUNIT_ASSERT_EQUAL(npos, skipJsonValue(std::string_view(text).substr(0, text.size() - 1)));
    }
  }

  void anEscapedQuotationMarkIsNoEnd() {
    std::string text = '"' + std::string(Longest, 'x') + '"';
    for (std::size_t at = 1; at + 2 < text.size(); ++at) {
      text[at] = '\\';
      text[at + 1] = '"';
      CPPUNIT_ASSERT_EQUAL(text.size(), skipJsonValue(text));
      text[at] = 'x';
    }
  }

  void controlCharactersAreInvalidAnywhere() {
    std::string text = '"' + std::string(Longest, 'x') + '"';
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
      text[at] = static_cast<char>(at % 0x20);
      CPPUNIT_ASSERT_EQUAL(npos, skipJsonValue(text));
      text[at] = 'x';
    }
  }

  void everyOtherByteMayStandInALongString() {
    std::string content;
    for (int round = 0; round < 20; ++round) {
      for (int byte = 0x20; byte < 0x100; ++byte) {
        if (byte != '"' && byte != '\\') content.push_back(static_cast<char>(byte));
      }
    }
    const auto text = '"' + content + '"';
    CPPUNIT_ASSERT_EQUAL(text.size(), skipJsonValue(text));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonTextTest);

}  // namespace chat::base
