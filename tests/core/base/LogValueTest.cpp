#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "base/LogValue.h"

namespace chat::base {

class LogValueTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(LogValueTest);
  CPPUNIT_TEST(staysOneValue);
  CPPUNIT_TEST_SUITE_END();

 public:
  void staysOneValue() {
    struct Row {
      std::string raw, text;
    };
    for (const auto& row :
         {Row{"", R"("")"}, Row{"https://a.example:8080", R"("https://a.example:8080")"},
          Row{R"(a" host="forged)", R"("a\" host=\"forged")"}, Row{R"(a\)", R"("a\\")"},
          Row{"a\nb\r\x1b[31m\x7f", R"("a\x0ab\x0d\x1b[31m\x7f")"}, Row{std::string("\0", 1), R"("\x00")"},
          Row{"\xc2\x9b\xff", R"("\xc2\x9b\xff")"}, Row{std::string(301, 'x'), '"' + std::string(300, 'x') + "\"…"}}) {
      CPPUNIT_ASSERT_EQUAL(row.text, logValue(row.raw));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("\"ab\"…"), logValue("abc", 2));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogValueTest);

}  // namespace chat::base
