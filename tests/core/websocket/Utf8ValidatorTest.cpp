#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "websocket/Utf8Validator.h"

namespace chat::websocket {

class Utf8ValidatorTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(Utf8ValidatorTest);
  CPPUNIT_TEST(goodTextsSplitAnywhere);
  CPPUNIT_TEST(badTextsSplitAnywhere);
  CPPUNIT_TEST(unfinishedTexts);
  CPPUNIT_TEST_SUITE_END();

 public:
  void goodTextsSplitAnywhere() {
    const std::vector<std::string> texts{"",
                                         "plain",
                                         "Gr\xC3\xBC\xC3\x9F"
                                         "e",
                                         "\xE2\x82\xAC\xEF\xBF\xBF",
                                         "\xF0\x9F\x98\x80 and \xF4\x8F\xBF\xBF",
                                         std::string("nul \0 too", 9),
                                         "\xED\x9F\xBF\xEE\x80\x80",
                                         std::string(300, 'a') + "\xC3\xA9"};
    for (const auto& text : texts) {
      CPPUNIT_ASSERT(isUtf8(text));
      for (std::size_t split = 0; split <= text.size(); ++split) {
        Utf8Validator validator;
        CPPUNIT_ASSERT(validator.add(std::string_view(text).substr(0, split)));
        CPPUNIT_ASSERT(validator.add(std::string_view(text).substr(split)));
        CPPUNIT_ASSERT(validator.finish());
      }
    }
  }

  void badTextsSplitAnywhere() {
    const std::vector<std::string> texts{"\x80",         "\xC0\x80",         "\xC1\xBF",         "\xE0\x80\x80",
                                         "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                                         "\xFF",         "a\xC3z",           "\xE2\x82z",        "\xF0\x9F\x98z"};
    for (const auto& text : texts) {
      CPPUNIT_ASSERT(!isUtf8(text));
      for (std::size_t split = 0; split <= text.size(); ++split) {
        Utf8Validator validator;
        const bool passed = validator.add(std::string_view(text).substr(0, split)) &&
                            validator.add(std::string_view(text).substr(split)) && validator.finish();
        CPPUNIT_ASSERT(!passed);
      }
    }
  }

  void unfinishedTexts() {
    Utf8Validator validator;
    CPPUNIT_ASSERT(validator.add("\xF0\x9F"));
    CPPUNIT_ASSERT(!validator.finish());
    CPPUNIT_ASSERT(validator.add("fresh"));
    CPPUNIT_ASSERT(validator.finish());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Utf8ValidatorTest);

}  // namespace chat::websocket
